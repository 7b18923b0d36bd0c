"""numpy_test.py PROGRAM: the searches of tests/vector_search/numpy/search_files.cpp beside numpy's, in double precision.

100,000 random vectors of 3 and 128 dimensions, and fewer of 1,024 and 4,096; DYNAMO_VECTOR_ROWS=N makes all of them N. Every tenth row is a copy of another, and some are
zero, so that there are ties. Exits with 77 where numpy is not installed.
"""
import os
import subprocess
import sys
import tempfile

try:
    import numpy
except ImportError:
    print("skipped: there is no numpy (Debian: python3-numpy)")
    sys.exit(77)

TOP_K = 100
QUERIES = 3


def scores(distance, rows, query):
    """In pieces, so that a copy in double precision of all rows need not fit in memory."""
    query = query.astype(numpy.float64)
    pieces = range(0, len(rows), 5_000)
    return numpy.concatenate([scores_of_some(distance, rows[at : at + 5_000].astype(numpy.float64), query) for at in pieces])


def scores_of_some(distance, rows, query):
    if distance == "euclidean":
        return numpy.sqrt(((rows - query) ** 2).sum(axis=1))
    dots = rows @ query
    if distance == "dot_product":
        return dots
    lengths = numpy.sqrt((rows**2).sum(axis=1)) * numpy.sqrt((query**2).sum())
    return 1 - numpy.divide(dots, lengths, out=numpy.zeros_like(dots), where=lengths > 0)


def check(distance, expected, found):
    """The two sums differ in their last bits, and so may the order of rows whose scores do not differ by more."""
    sign = -1 if distance == "dot_product" else 1
    right = sign * numpy.sort(sign * expected)[: len(found)]
    assert len(found) == min(TOP_K, len(expected)), f"{len(found)} rows found"
    assert len({row for row, _ in found}) == len(found), "a row is found twice"
    scale = max(1.0, float(numpy.abs(right).max()))
    for place, (row, score) in enumerate(found):
        assert abs(score - expected[row]) <= 1e-12 * scale, f"row {row} has {expected[row]}, not {score}"
        assert abs(score - right[place]) <= 1e-12 * scale, f"place {place} has {right[place]}, not {score}"
    for (row, score), (next_row, next_score) in zip(found, found[1:]):
        assert sign * score < sign * next_score or (score == next_score and row < next_row), "the order of ties"


def search(program, folder, dimensions, count, random):
    rows = random.standard_normal((count, dimensions)).astype(numpy.float32)
    rows[9::10] = rows[8::10][: len(rows[9::10])]
    rows[:: count // 3] = 0
    queries = random.standard_normal((QUERIES, dimensions)).astype(numpy.float32)
    queries[1] = rows[8]
    files = [os.path.join(folder, name) for name in ("rows", "queries")]
    rows.tofile(files[0])
    queries.tofile(files[1])
    for distance in ("cosine", "euclidean", "dot_product"):
        printed = subprocess.run([program, *files, str(dimensions), distance, str(TOP_K)], check=True, capture_output=True, text=True).stdout
        searches = {}
        for line in printed.splitlines():
            first, second = line.split()
            if first.isdigit():
                current.append((int(first), float(second)))
            else:
                current = searches.setdefault((first, int(second)), [])
        assert searches, "nothing was printed"
        expected = [scores(distance, rows, query) for query in queries]
        for (kernel, query), found in searches.items():
            check(distance, expected[query], found)
            assert found == searches["portable", query], f"{kernel} differs from portable"
        print(f"{count} vectors of {dimensions} dimensions, {distance}: {', '.join(sorted({kernel for kernel, _ in searches}))}")


def main():
    seed = int(os.environ.get("DYNAMO_VECTOR_SEED", "14"))
    print(f"seed {seed}")
    random = numpy.random.default_rng(seed)
    for dimensions, count in ((3, 100_000), (128, 100_000), (1024, 10_000), (4096, 2_500)):
        count = int(os.environ.get("DYNAMO_VECTOR_ROWS", count))
        with tempfile.TemporaryDirectory() as folder:
            search(sys.argv[1], folder, dimensions, count, random)


main()
