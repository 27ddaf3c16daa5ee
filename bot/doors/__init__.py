"""Ways in and out that are neither a messenger nor a staff page: OpenRosa, ODK Central, KoboToolbox."""
