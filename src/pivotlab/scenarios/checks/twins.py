"""One thing seen by two sensors: sizes of files and uploads, failed connections, consents, copies that a policy saw."""

from __future__ import annotations

from collections.abc import Iterator

from pivotlab.scenarios.checks.bundle_tables import BundleTables, Finding
from pivotlab.scenarios.truth import TruthError

OVERHEAD = 1.05
"""What goes over the wire may be larger than the file by so much."""


def check_twins(tables: BundleTables) -> Iterator[Finding]:
    """Everything that two products measure."""
    yield from _files(tables)
    yield from _firewall(tables)
    yield from _consents(tables)
    yield from _guesses(tables)
    selves = """
        SELECT SenderFromAddress, Subject FROM defender.EmailEvents
        WHERE lower(SenderFromAddress) = lower(RecipientEmailAddress)"""
    yield from tables.complain("mail", "defender/EmailEvents", selves, "go from a person to the same person")


def _files(tables: BundleTables) -> Iterator[Finding]:
    for name, column in (("DeviceFileEvents", "FileName"), ("EmailAttachmentInfo", "FileName")):
        for other, what in (("FileSize", "sizes"), (f"lower({column})", "names")):
            several = f"""
                SELECT SHA256, min({other}), max({other}) FROM defender.{name} WHERE SHA256 IS NOT NULL
                GROUP BY SHA256 HAVING count(DISTINCT {other}) > 1"""
            yield from tables.complain("file", f"defender/{name}", several, f"are hashes of files of several {what}")
    sized = ("DeviceFileEvents", "DeviceProcessEvents", "AlertEvidence")
    union = " UNION ALL ".join(f"SELECT SHA256, FileSize FROM defender.{name}" for name in sized)
    apart = f"""
        SELECT SHA256, min(FileSize), max(FileSize) FROM ({union}) GROUP BY SHA256
        HAVING count(DISTINCT FileSize) > 1"""
    yield from tables.complain("file", "defender/AlertEvidence", apart, "are hashes with another size in another table")
    if not tables.has("defender/DataSecurityEvents"):
        return
    where = "defender/DataSecurityEvents"
    seen = """
        FROM defender.DataSecurityEvents d {join} JOIN defender.DeviceFileEvents f
        ON f.DeviceId = d.DeviceId AND f.FileName = d.ObjectName AND f.Timestamp <= d.Timestamp
        AND (d.TargetFilePath IS NULL OR d.TargetFilePath = f.FolderPath)"""
    early = f"SELECT d.Timestamp, d.ObjectName {seen.format(join='ANTI')}"
    yield from tables.complain("file", where, early, "tell of a file that the endpoint had not seen by then")
    sizes = f"""
        SELECT d.ObjectName, d.ObjectSize, list(f.FileSize) {seen.format(join="")}
        GROUP BY ALL HAVING NOT list_contains(list(f.FileSize), d.ObjectSize)"""
    yield from tables.complain("file", where, sizes, "have another size than at the endpoint")
    # The connection of an upload is the last one before it was reported: in a large bundle the device may make others.
    uploads = f"""
        WITH upload AS (
            SELECT d.ObjectName, d.ObjectSize, n.LocalIP, n.LocalPort, n.RemoteIP, n.Timestamp
            FROM defender.DataSecurityEvents d JOIN defender.DeviceNetworkEvents n
            ON n.DeviceId = d.DeviceId AND n.RemoteUrl = d.TargetUrlDomain
            WHERE epoch(d.Timestamp) - epoch(n.Timestamp) BETWEEN 0 AND 120
            QUALIFY row_number() OVER (
                PARTITION BY d.DeviceId, d.Timestamp, d.ObjectName ORDER BY n.Timestamp DESC
            ) = 1)
        SELECT u.ObjectName, u.ObjectSize, max(c.SentBytes) FROM upload u
        JOIN workspace.CommonSecurityLog c ON c.SourceIP = u.LocalIP AND c.SourcePort = u.LocalPort
        AND c.DestinationIP = u.RemoteIP AND abs(epoch(c.TimeGenerated) - epoch(u.Timestamp)) < 900
        GROUP BY u.ObjectName, u.ObjectSize
        HAVING max(c.SentBytes) NOT BETWEEN u.ObjectSize AND u.ObjectSize * {OVERHEAD}"""
    yield from tables.complain(
        "file", "workspace/CommonSecurityLog", uploads, "sent another amount than the file's size"
    )


def _firewall(tables: BundleTables) -> Iterator[Finding]:
    where = "workspace/CommonSecurityLog"
    answered = """
        SELECT c.TimeGenerated, c.SourceIP, c.DestinationIP, c.ReceivedBytes FROM workspace.CommonSecurityLog c
        JOIN defender.DeviceNetworkEvents n ON n.LocalIP = c.SourceIP AND n.LocalPort = c.SourcePort
        AND n.RemoteIP = c.DestinationIP AND n.RemotePort = c.DestinationPort
        AND abs(epoch_ms(n.Timestamp) - epoch_ms(c.TimeGenerated)) < 100
        WHERE n.ActionType = 'ConnectionFailed' AND c.ReceivedBytes > 0"""
    yield from tables.complain("firewall", where, answered, "were answered, and failed at the endpoint")
    ways = """
        SELECT Computer, list(DISTINCT SourceTranslatedAddress) FROM workspace.CommonSecurityLog
        GROUP BY Computer HAVING count(DISTINCT SourceTranslatedAddress) > 1"""
    yield from tables.complain("firewall", where, ways, "are firewalls with several addresses of their own")


def _consents(tables: BundleTables) -> Iterator[Finding]:
    alone = """
        SELECT a.TimeGenerated, a.Identity FROM workspace.AuditLogs a ANTI JOIN defender.CloudAppEvents c
        ON c.ActionType = 'Consent to application.' AND c.RawEventData ->> 'Id' = a.CorrelationId
        WHERE a.OperationName = 'Consent to application'"""
    yield from tables.complain("consent", "workspace/AuditLogs", alone, "are unknown to CloudAppEvents")


def _guesses(tables: BundleTables) -> Iterator[Finding]:
    """sshd and the endpoint's sensor see the same wrong passwords, from the same addresses."""
    alone = """
        SELECT s.TimeGenerated, s.Computer, s.SyslogMessage FROM workspace.Syslog s
        ANTI JOIN defender.DeviceLogonEvents l ON split_part(l.DeviceName, '.', 1) = s.Computer
        AND epoch_ms(l.Timestamp) = epoch_ms(s.TimeGenerated) AND l.ActionType = 'LogonFailed'
        AND contains(s.SyslogMessage, ' from ' || l.RemoteIP || ' ')
        WHERE s.ProcessName = 'sshd' AND starts_with(s.SyslogMessage, 'Failed password')"""
    yield from tables.complain("guess", "workspace/Syslog", alone, "are wrong passwords that the endpoint did not see")
    try:
        opened = [truth for truth in tables.truths if "workspace/AzureActivity" in truth.true_rows]
    except TruthError:
        return
    for truth in opened:
        since = min(str(values[0]) for values in truth.true_rows["workspace/AzureActivity"].rows)
        names = ", ".join(f"'{name}'" for name in truth.entities["device"])
        early = f"""
            SELECT Timestamp, DeviceName, RemoteIP FROM defender.DeviceLogonEvents
            WHERE DeviceName IN ({names}) AND RemoteIPType = 'Public' AND Timestamp < TIMESTAMP '{since}'"""
        what = "come from the internet before the port is opened"
        yield from tables.complain("guess", "defender/DeviceLogonEvents", early, what)
