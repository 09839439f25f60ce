// Each test in which a fault was injected has its journal beside JUnit's own report.
int journals = 0
new File(basedir, 'target').eachFileRecurse { if (it.name == 'faultline-journal.json') journals++ }
assert journals == 7
