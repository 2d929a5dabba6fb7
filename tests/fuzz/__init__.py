"""The fuzz targets' runner and their corpora."""
