"""The incidents of 2021 to 2024 (service.md 6), played against real server processes: `make incidents`."""
