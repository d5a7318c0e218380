"""Single passes: reading, one step, whole edits of one network beside another."""
