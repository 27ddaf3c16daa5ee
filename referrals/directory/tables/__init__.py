"""Tables in files: opened in any spelling of CSV, and cells read with complaints."""
