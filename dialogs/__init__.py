"""The interview, pure: an XLSForm becomes a form, what was said a value; one turn goes in, events come out."""
