"""numpy_search.py ROWS DIMENSIONS TOP_K ROUNDS: the exact search of the nearest by cosine, as numpy's users write it, on one core: rows of length 1, one
product of matrix and vector, and a partition. Prints the microseconds of the fastest round. Exits with 77 where numpy is not installed."""
import os
import sys
import time

for library in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[library] = "1"
try:
    import numpy
except ImportError:
    sys.exit(77)

count, dimensions, top_k, rounds = (int(argument) for argument in sys.argv[1:5])
random = numpy.random.default_rng(14)
rows = random.standard_normal((count, dimensions), dtype=numpy.float32)
rows /= numpy.linalg.norm(rows, axis=1, keepdims=True)
query = random.standard_normal(dimensions, dtype=numpy.float32)
query /= numpy.linalg.norm(query)

fastest = float("inf")
for _ in range(rounds):
    begin = time.thread_time()
    scores = rows @ query
    nearest = numpy.argpartition(scores, -top_k)[-top_k:]
    nearest = nearest[numpy.argsort(-scores[nearest])]
    fastest = min(fastest, time.thread_time() - begin)
print(f"{fastest * 1e6:.1f}", numpy.__version__)
