"""Quality of played episodes, measured by executing them again with something left out. Judges nothing."""
