"""Filled forms that arrive from ODK Collect and that go on to ODK Central or KoboToolbox, and who may send them."""
