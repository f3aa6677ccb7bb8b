"""Automation rules: their triggers, conditions, order, delay and batching."""
