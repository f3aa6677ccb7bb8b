"""The noise of incident 2: what ordinary business does that looks like ransomware."""

from __future__ import annotations

from pivotlab.scenarios.world import Story


def ransomware_decoys(story: Story) -> None:
    """Each obvious filter for the incident, and what is innocent among what it finds."""
    story.decoy(
        "DeviceProcessEvents",
        "where ProcessCommandLine has 'vssadmin' and ProcessCommandLine has 'delete shadows'",
        "ProcessCommandLine LIKE '%delete shadows%' AND InitiatingProcessFileName = 'FabrikamBackup.exe'",
        "The backup agent prunes its own oldest shadow copies, by day and by night.",
    )
    story.decoy(
        "DeviceProcessEvents",
        "where ProcessCommandLine contains '-enc'",
        "ProcessCommandLine LIKE '%EncodedCommand%'",
        "A scheduled task asks for installed updates with an encoded command.",
    )
    story.decoy(
        "DeviceProcessEvents",
        "where FileName =~ 'PsExec.exe'",
        "FileName = 'PsExec.exe' AND ProcessCommandLine LIKE '%gpupdate%'",
        "Administrators refresh policies with PsExec.",
    )
    story.decoy(
        "DeviceProcessEvents",
        "where FileName =~ 'whoami.exe'",
        "FileName = 'whoami.exe' AND InitiatingProcessParentFileName <> 'rundll32.exe'",
        "The help desk asks who is signed in.",
    )
    story.decoy(
        "DeviceFileEvents",
        "where FileName endswith '.dmp'",
        "FileName = 'w3wp.dmp'",
        "Administrators dump a web worker to find a memory leak.",
    )
    story.decoy(
        "DeviceProcessEvents",
        "where FileName =~ 'wevtutil.exe'",
        "ProcessCommandLine LIKE 'wevtutil epl%'",
        "Servers export their logs; only the attacker clears them.",
    )
    story.decoy(
        "DeviceEvents",
        "where ActionType == 'OpenProcessApiCall'",
        "ActionType = 'OpenProcessApiCall' AND FileName = 'w3wp.exe'",
        "The same dumps of a web worker open its process; lsass.exe is what matters.",
    )
    story.decoy(
        "DeviceEvents",
        "where ActionType == 'TamperingAttempt'",
        "ActionType = 'TamperingAttempt' AND InitiatingProcessFileName = 'svchost.exe'",
        "An old group policy still asks for a setting that tamper protection refuses.",
    )
    story.decoy(
        "DeviceEvents",
        "where ActionType == 'ServiceInstalled'",
        "ActionType = 'ServiceInstalled' AND FileName <> 'PSEXESVC.exe'",
        "The company's desktop app and the backup agent are services, too.",
    )
    story.decoy(
        "SecurityEvent",
        "where EventID == 4697",
        "EventID = 4697 AND ServiceName = 'FabrikamBackupAgent'",
        "The backup agent is installed anew when it is updated.",
    )
    story.decoy(
        "DeviceFileEvents",
        "where ActionType == 'FileRenamed'",
        "ActionType = 'FileRenamed' AND PreviousFileName LIKE '~WRD%'",
        "Word saves a document under another name first, and renames it.",
    )
    story.decoy(
        "DeviceLogonEvents",
        "where LogonType == 'RemoteInteractive'",
        "LogonType = 'RemoteInteractive' AND DeviceName LIKE 'ch-jump%'",
        "Administrators work on the jump servers over Remote Desktop.",
    )
