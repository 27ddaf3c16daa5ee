"""The directory of organizations, services and locations: read from HSDS, looked up by place, told when it is open."""
