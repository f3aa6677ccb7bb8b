"""Incidents, alerts and comments as Microsoft Graph shows them."""

from __future__ import annotations

from typing import Any

from pivotlab.api.people import stamp, stamp_or_none
from pivotlab.model import Alert, Comment, Incident
from pivotlab.tenant import Tenant
from pivotlab.tenant.identifiers import TENANT_ID


def incident_shown(tenant: Tenant, incident: Incident, *, expanded: bool = False) -> dict[str, Any]:
    """An incident; `expanded` adds its alerts."""
    shown: dict[str, Any] = {
        "id": incident.id,
        "tenantId": TENANT_ID,
        "status": incident.status.value,
        "severity": incident.severity.value,
        "displayName": incident.display_name,
        "description": incident.description,
        "summary": incident.summary,
        "classification": incident.classification.value,
        "determination": incident.determination.value,
        "assignedTo": incident.assigned_to,
        "resolvingComment": incident.resolving_comment,
        "redirectIncidentId": incident.redirect_incident_id,
        "incidentWebUrl": incident.web_url,
        "customTags": list(incident.custom_tags),
        "systemTags": list(incident.system_tags),
        "comments": [comment_shown(comment) for comment in incident.comments],
        "createdDateTime": stamp(incident.created),
        "lastUpdateDateTime": stamp(incident.last_update),
        "lastModifiedBy": incident.last_modified_by,
    }
    if expanded:
        shown["alerts"] = [alert_shown(alert) for alert in tenant.defender.alert_records(incident.id)]
    return shown


def alert_shown(alert: Alert) -> dict[str, Any]:
    """An alert, with its evidence."""
    return {
        "id": alert.id,
        "providerAlertId": alert.provider_alert_id,
        "incidentId": alert.incident_id,
        "tenantId": TENANT_ID,
        "title": alert.title,
        "description": alert.description,
        "category": alert.category,
        "severity": alert.severity.value,
        "status": alert.status.value,
        "classification": alert.classification.value,
        "determination": alert.determination.value,
        "serviceSource": alert.service_source,
        "detectionSource": alert.detection_source,
        "productName": alert.product_name,
        "detectorId": alert.detector_id,
        "assignedTo": alert.assigned_to,
        "mitreTechniques": list(alert.mitre_techniques),
        "recommendedActions": alert.recommended_actions,
        "evidence": [piece.to_graph() for piece in alert.evidence],
        "comments": [comment_shown(comment) for comment in alert.comments],
        "createdDateTime": stamp(alert.created),
        "lastUpdateDateTime": stamp(alert.last_update or alert.created),
        "firstActivityDateTime": stamp(alert.first_activity),
        "lastActivityDateTime": stamp(alert.last_activity),
        "resolvedDateTime": stamp_or_none(alert.resolved),
        "alertWebUrl": f"https://security.microsoft.com/alerts/{alert.id}?tid={TENANT_ID}",
        "incidentWebUrl": f"https://security.microsoft.com/incident2/{alert.incident_id}/overview?tid={TENANT_ID}",
    }


def comment_shown(comment: Comment) -> dict[str, Any]:
    """A comment on an incident or alert."""
    return {
        "@odata.type": "#microsoft.graph.security.alertComment",
        "comment": comment.text,
        "createdByDisplayName": comment.author,
        "createdDateTime": stamp(comment.created),
    }
