"""What becomes of the audit chain: nobody changes it, anybody verifies it, a family reads who looked."""
