"""Sentinel's alert rules: scheduled and NRT rules that run their KQL, incident creation rules, Fusion."""
