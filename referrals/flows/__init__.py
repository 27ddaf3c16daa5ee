"""Groups of questions that a messenger opens as screens: which are published, to whom they were offered, what came."""
