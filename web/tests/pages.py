"""Write the pages that the browser tests open: small, hostile and big."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from pipeline.graph_files import write_graph
from pipeline.report import write_report
from tests.tables import HOSTILE, big_corpus, hostile_corpus, small_corpus

out = Path(sys.argv[1])
for name, make in (("small", small_corpus), ("hostile", hostile_corpus), ("big", big_corpus)):
    folder = out / name
    folder.mkdir(parents=True)
    corpus = make()
    corpus.write(folder)
    write_graph(folder, corpus.table("actors"), corpus.table("edges"), corpus.table("events").to_batches())
    write_report(folder, corpus.texts)
hostile = out / "hostile" / f"{HOSTILE.replace('/', '_')}.html"
hostile.write_bytes((out / "hostile" / "report.html").read_bytes())
