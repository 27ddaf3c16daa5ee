"""The edge: one file per messenger and direction. Nothing is imported here, for aiogram alone costs seconds."""
