"""What offers keeps."""
