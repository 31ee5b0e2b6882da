"""What opportunities keeps."""
