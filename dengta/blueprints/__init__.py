"""What we ship as content: blueprints (definitions in YAML) and the demo dealership."""
