#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""metrics, read by the parsers of prometheus_client: that of OpenMetrics, and that of the text format
of Prometheus, which is all that node_exporter's textfile collector reads."""
import os
import pathlib
import re
import stat
import tempfile

from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse_prometheus

import fakeservice
from fakeservice import check, check_equal, dictionary, text, value

SECOND = 1000000
NAMES = {'id': 's', 'name': 's', 'state': 's', 'reason': 's', 'memory': 't', 'memory-kind': 's',
         'memory-peak': 't', 'swap': 't', 'cpu': 'd', 'cpu-time': 't', 'threads': 'u',
         'descriptors': 'u', 'disk-read': 't', 'disk-written': 't', 'network-received': 't',
         'network-sent': 't', 'started-at': 't', 'uptime': 'd', 'restarts': 'u', 'pressed': 'b',
         'growing': 'b', 'processes': 'aa{sv}'}
MACHINE = {'cores': 'u', 'cpu': 'd', 'memory': 't', 'memory-used': 't', 'swap': 't',
           'swap-used': 't', 'supervisor-memory': 't', 'supervisor-cpu': 'd'}
ODD = 'a "quoted" \\ back\nline ☃'
NOTES = {'id': 'notes', 'name': ODD, 'state': 'running', 'memory': 123456789, 'memory-kind': 'pss',
         'memory-peak': 200000000, 'swap': 0, 'cpu': 12.5, 'cpu-time': 12345678, 'threads': 40,
         'descriptors': 99, 'disk-read': 1000, 'disk-written': 2000, 'network-received': 3000,
         'network-sent': 4000, 'started-at': 1795627800 * SECOND + 250000, 'uptime': 61.5,
         'pressed': True, 'growing': False, 'processes': [{}, {}]}


def fill(service):
    """An app that runs, one of which next to nothing is known, one that never ran, a broken one."""
    limits = {'memory': value('t', 1 << 29), 'cpu': value('t', 150), 'cpu-time': value('t', 3600 * SECOND),
              'tasks': value('t', 256), 'memory-high': value('t', 1 << 28)}
    service.add_app('notes', Name=ODD, State='running', Source='user', Restarts=2, Limits=limits)
    service.add_app('sketch', State='starting', Source='system')
    service.add_app('never', Source='managed')
    service.add_app('bad', Broken='line 3')
    service.answers['Sample'] = lambda app, given: ([
        dictionary(NAMES, NOTES), dictionary(NAMES, {'id': 'sketch', 'state': 'starting'})],)
    service.answers['SampleMachine'] = lambda app, given: (dictionary(MACHINE, {
        'cores': 8, 'cpu': 25.0, 'memory': 16 << 30, 'memory-used': 8 << 30, 'swap': 2 << 30,
        'swap-used': 0, 'supervisor-memory': 9 << 20, 'supervisor-cpu': 0.5}),)
    ended = [{'kind': text('ended'), 'app': text('notes'), 'reason': text(reason)}
             for reason in ('crashed', 'memory-limit', 'crashed')]
    service.answers['GetEvents'] = lambda app, given: (ended,)


def read(said, parse):
    """(name, labels) → value of all samples, and name → family."""
    families = list(parse(said))
    samples = {}
    for family in families:
        for sample in family.samples:
            key = (sample.name, tuple(sorted(sample.labels.items())))
            check(key not in samples, f'{key} is there twice')
            samples[key] = sample.value
    return samples, {family.name: family for family in families}


def get(samples, name, /, **labels):
    return samples.get((name, tuple(sorted(labels.items()))))


WANTED = {
    'bulkhead_app_memory_bytes': 123456789, 'bulkhead_app_memory_peak_bytes': 200000000,
    'bulkhead_app_memory_exact': 1, 'bulkhead_app_swap_bytes': 0,
    'bulkhead_app_cpu_seconds_total': 12.345678, 'bulkhead_app_threads': 40,
    'bulkhead_app_descriptors': 99, 'bulkhead_app_processes': 2,
    'bulkhead_app_disk_read_bytes_total': 1000, 'bulkhead_app_disk_written_bytes_total': 2000,
    'bulkhead_app_network_received_bytes_total': 3000, 'bulkhead_app_network_sent_bytes_total': 4000,
    'bulkhead_app_start_time_seconds': 1795627800.25, 'bulkhead_app_up_time_seconds': 61.5,
    'bulkhead_app_restarts_total': 2, 'bulkhead_app_pressed': 1, 'bulkhead_app_growing': 0,
    'bulkhead_app_memory_limit_bytes': 1 << 29, 'bulkhead_app_memory_soft_limit_bytes': 1 << 28,
    'bulkhead_app_cpu_limit_ratio': 1.5, 'bulkhead_app_cpu_limit_seconds': 3600,
    'bulkhead_app_thread_limit': 256}
MACHINE_WANTED = {
    'bulkhead_up': 1, 'bulkhead_machine_cores': 8, 'bulkhead_machine_cpu_ratio': 0.25,
    'bulkhead_machine_memory_bytes': 16 << 30, 'bulkhead_machine_memory_used_bytes': 8 << 30,
    'bulkhead_machine_swap_bytes': 2 << 30, 'bulkhead_machine_swap_used_bytes': 0,
    'bulkhead_supervisor_memory_bytes': 9 << 20, 'bulkhead_supervisor_cpu_ratio': 0.005}


def check_samples(samples):
    for name, wanted in WANTED.items():
        check_equal(get(samples, name, app='notes'), wanted, f'{name} of notes')
    for name, wanted in MACHINE_WANTED.items():
        check_equal(get(samples, name), wanted, name)
    check_equal(get(samples, 'bulkhead_build_info', version='0.0.0'), 1, 'the version')
    check_equal(get(samples, 'bulkhead_app_info', app='notes', name=ODD, source='user'), 1,
                'an odd name')
    for app, state in (('notes', 'running'), ('sketch', 'starting'), ('never', 'stopped')):
        for name in ('running', 'starting', 'stopped', 'failed'):
            check_equal(get(samples, 'bulkhead_app_state', app=app, bulkhead_app_state=name),
                        int(name == state), f'the state {name} of {app}')
    check_equal(get(samples, 'bulkhead_app_ends_last_day', app='notes', reason='crashed'), 2,
                'the crashes')
    # What is not known is not there, least of all as 0.
    check(not [key for key in samples if ('app', 'sketch') in key[1]
               and key[0] not in ('bulkhead_app_info', 'bulkhead_app_state',
                                  'bulkhead_app_restarts_total')], 'figures of what was not measured')
    check(not [key for key in samples if ('app', 'bad') in key[1]], 'figures of a broken app')


def openmetrics(service):
    """OpenMetrics: types, units, times of creation, and every figure"""
    fill(service)
    said = service.ctl('metrics')
    samples, families = read(said, parse_openmetrics)
    check_samples(samples)
    check(said.endswith('# EOF\n'), 'no end')
    for name, kind, unit in (('bulkhead_app_cpu_seconds', 'counter', 'seconds'),
                             ('bulkhead_app_memory_bytes', 'gauge', 'bytes'),
                             ('bulkhead_app', 'info', ''), ('bulkhead_app_state', 'stateset', ''),
                             ('bulkhead_app_cpu_limit_ratio', 'gauge', 'ratio')):
        check_equal((families[name].type, families[name].unit), (kind, unit), f'what {name} is')
        check(families[name].documentation.endswith('.'), f'{name} is not explained')
    check_equal(get(samples, 'bulkhead_app_cpu_seconds_created', app='notes'), 1795627800.25,
                'when the counter began')


def prometheus(service):
    """The text format: nothing that the textfile collector refuses, and the same samples"""
    fill(service)
    said = service.ctl('metrics', '--format', 'prometheus')
    samples, families = read(said, parse_prometheus)
    check_samples(samples)
    check_equal({family.type for family in families.values()}, {'counter', 'gauge'}, 'the types')
    # What Prometheus's own parser, which is stricter than this one, takes: types that it knows,
    # and HELP and TYPE under the name that the samples have.
    announced = re.findall(r'^# TYPE (\S+) (\S+)$', said, re.MULTILINE)
    check_equal({kind for name, kind in announced}, {'counter', 'gauge'}, 'the types')
    names = {line.split('{')[0].split(' ')[0] for line in said.splitlines() if line[0] != '#'}
    check_equal(names, {name for name, kind in announced}, 'the names')
    check(not re.search(r'^# (UNIT|EOF)', said, re.MULTILINE), 'words of OpenMetrics')
    # A time at the end of a sample is refused, too.
    for line in said.splitlines():
        check(line[0] == '#' or re.fullmatch(r'\w+(\{.*\})? [0-9.]+', line), f'“{line}”')
    check_equal({key: number for key, number in read(service.ctl('metrics'), parse_openmetrics)[0].items()
                 if not key[0].endswith('_created')}, samples, 'what OpenMetrics has')


def labels(service):
    """--label: on each sample; what is no label is refused"""
    fill(service)
    said = service.ctl('metrics', '--label', 'user=me', '-l', 'host=a "b"')
    samples = read(said, parse_openmetrics)[0]
    check_equal(get(samples, 'bulkhead_app_threads', app='notes', user='me', host='a "b"'), 40,
                'with labels')
    check_equal(get(samples, 'bulkhead_up', user='me', host='a "b"'), 1, 'with labels')
    for wrong in ('user', '1user=me', '__name__=x', 'us-er=me'):
        check('is no NAME=VALUE' in service.ctl('metrics', '--label', wrong, status=2), wrong)
    for wrong in (['app=x'], ['reason=x'], ['user=me', '-l', 'user=you']):
        check('there is a label' in service.ctl('metrics', '-l', *wrong, status=2), str(wrong))
    check('“openmetrics” or' in service.ctl('metrics', '-f', 'json', status=2), 'the format')
    check('ps --json' in service.ctl('metrics', '--json', status=2), 'JSON')


def to_file(service):
    """--output: whole or not at all, for others to read, and .prom is Prometheus's format"""
    fill(service)
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, 'bulkhead.prom')
        path.write_text('old', encoding='utf-8')
        path.chmod(0o600)
        before = path.stat().st_ino
        old = os.umask(0o077)
        try:
            check_equal(service.ctl('metrics', '--output', str(path)), '', 'what it says')
        finally:
            os.umask(old)
        check_equal(path.read_text(encoding='utf-8'), service.ctl('metrics', '-f', 'prometheus'),
                    'the file')
        check_equal(stat.S_IMODE(path.stat().st_mode), 0o644, 'its mode')
        check(path.stat().st_ino != before, 'it was written in its place')
        check_equal(os.listdir(folder), ['bulkhead.prom'], 'what is left')

        # A link stays one; what is no file stays what it is.
        link, pipe = pathlib.Path(folder, 'link.prom'), pathlib.Path(folder, 'pipe')
        link.symlink_to(path)
        service.ctl('metrics', '--output', str(link))
        check(link.is_symlink() and path.stat().st_ino != before, 'the link was replaced')
        os.mkfifo(pipe)
        for wrong in (pipe, folder):
            check('is no ordinary file' in service.ctl('metrics', '-o', str(wrong), status=1),
                  str(wrong))
        check(pipe.is_fifo(), 'the pipe was replaced')
        link.unlink()
        pipe.unlink()

        # Where it fails what was there stays.
        def fail(app, given):
            raise fakeservice.Error('Failed', 'no')
        whole = path.read_text(encoding='utf-8')
        sample = service.answers['Sample']
        service.answers['Sample'] = fail
        service.ctl('metrics', '--output', str(path), status=1)
        check_equal(path.read_text(encoding='utf-8'), whole, 'the file after a failure')
        service.answers['Sample'] = sample
        check('x.prom' in service.ctl('metrics', '--output', f'{folder}/absent/x.prom', status=1),
              'the complaint does not name the file')
        check_equal(os.listdir(folder), ['bulkhead.prom'], 'what is left')


def stopped(service):
    """Without the service: it is not started, and bulkhead_up is 0"""
    service.disown()
    samples = read(service.ctl('metrics'), parse_openmetrics)[0]
    check_equal(samples, {('bulkhead_up', ()): 0}, 'all there is')
    check_equal(service.calls, [], 'what was called')


def documented(service):
    """docs/metrics.md names every metric, and no other"""
    fill(service)
    page = pathlib.Path(os.environ['BH_TEST_SOURCE'], 'docs/metrics.md').read_text(encoding='utf-8')
    named = set(re.findall(r'^\| `(bulkhead_\w+)', page, re.MULTILINE))
    said = service.ctl('metrics', '--format', 'prometheus')
    check_equal(named, set(re.findall(r'^# TYPE (\S+)', said, re.MULTILINE)), 'what is documented')


fakeservice.run(openmetrics, prometheus, labels, to_file, stopped, documented)
