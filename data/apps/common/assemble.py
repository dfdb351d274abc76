#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later

"""Puts the sample apps together as they are installed: <output>/apps/<id>/ with the app's own files,
the shared ones, and the translations. The same tree serves the uninstalled programs from the build
directory."""

import argparse
import os
import pathlib
import shutil
import subprocess
import sys


def copy(source, target):
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    target.chmod(0o644)


def main():
    parser = argparse.ArgumentParser(description='Puts the sample apps together.')
    parser.add_argument('--output', required=True, type=pathlib.Path)
    parser.add_argument('--source', required=True, type=pathlib.Path, help='data/apps')
    parser.add_argument('--shared', nargs='+', required=True, help='files of common/ that every app gets')
    parser.add_argument('--files', nargs='+', required=True, help='files as <id>/<name>')
    parser.add_argument('--po', nargs='*', default=[], type=pathlib.Path)
    options = parser.parse_args()

    # Made afresh, so that a file that is gone from the list is gone from the tree as well.
    shutil.rmtree(options.output, ignore_errors=True)
    apps = options.output / 'apps'

    for name in options.files:
        copy(options.source / name, apps / name)
    for app in sorted({name.split('/', 1)[0] for name in options.files}):
        for name in options.shared:
            copy(options.source / 'common' / name, apps / app / name)
        subprocess.run([sys.executable, options.source / 'common' / 'po-to-json.py', '--app', app,
                        '--output', apps / app / 'locale', *options.po], check=True)
    for directory, _, files in os.walk(options.output):
        os.chmod(directory, 0o755)
        for name in files:
            os.chmod(os.path.join(directory, name), 0o644)
    return 0


if __name__ == '__main__':
    try:
        sys.exit(main())
    except (OSError, subprocess.CalledProcessError) as error:
        sys.exit(f'assemble: {error}')
