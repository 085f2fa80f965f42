# SPDX-License-Identifier: Apache-2.0
"""Plays scenario files against a real server (README.md in the folder above)."""
