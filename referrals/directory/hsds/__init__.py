"""An HSDS 3.1 package as it comes: opened, read by table or nested, judged row by row."""
