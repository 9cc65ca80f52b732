"""Public problems that published learners were scored on."""
