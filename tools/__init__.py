"""Scripts that make committed files and the build."""
