# SPDX-License-Identifier: Apache-2.0
"""What tools/check, tools/check_layers and tools/check_docs are made of. Python 3, no packages."""
