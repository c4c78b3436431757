"""Berlapis' Lambda functions: four layers (email, nik, dukcapil, otp), the HTTP API and the signals."""
