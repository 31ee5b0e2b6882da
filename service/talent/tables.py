"""What talent keeps."""
