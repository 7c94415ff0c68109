package com.example.toy;

import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.primitive.ScatterNd;
import org.keras4j.core.primitive.Take;

/** What moves elements to and from places that values tell. */
final class Indexing {
  private Indexing() {}

  static NDArray take(Take p, NDArray x, NDArray indices, Shape to) {
    NDArray out = NDArray.zeros(x.dtype(), to);
    Shape s = x.shape();
    long n = s.dim(p.axis());
    int outer = Math.toIntExact(s.slice(0, p.axis()).size());
    int inner = Math.toIntExact(s.slice(p.axis() + 1).size());
    int k = 0;
    for (int o = 0; o < outer; o++) {
      for (int i = 0; i < indices.size(); i++) {
        long at = indices.getLong(i);
        boolean inside = at >= 0 && at < n;
        at = Math.max(0, Math.min(at, n - 1));
        for (int j = 0; j < inner; j++, k++) {
          if (inside || (p.mode() == Take.OutOfBounds.CLIP && n > 0)) {
            Places.copy(x, (int) ((o * n + at) * inner + j), out, k);
          } else {
            fill(out, k);
          }
        }
      }
    }
    return out;
  }

  private static void fill(NDArray out, int k) {
    DType t = out.dtype();
    if (t.isComplex()) {
      out.setComplex(k, Double.NaN, Double.NaN);
    } else if (t.isFloat()) {
      out.setDouble(k, Double.NaN);
    } else if (t.isBool()) {
      out.setLong(k, 1);
    } else {
      out.setLong(k, t.isSigned() ? Conversion.least(t) : Conversion.most(t));
    }
  }

  static NDArray gather(int batchDims, NDArray x, NDArray indices, Shape to) {
    NDArray out = NDArray.zeros(x.dtype(), to);
    Shape s = x.shape();
    long[] strides = Places.strides(s);
    int n = indices.shape().intDim(-1);
    int rest = Math.toIntExact(s.slice(batchDims + n).size());
    int batches = Math.toIntExact(s.slice(0, batchDims).size());
    int tuples = n == 0
        ? Math.toIntExact(indices.shape().without(-1).size())
        : indices.size() / Math.max(1, n);
    int inBatch = batches == 0 ? 0 : tuples / batches;
    int ofBatch = batches == 0 ? 0 : x.size() / batches;
    for (int t = 0; t < tuples; t++) {
      long place = (long) (t / Math.max(1, inBatch)) * ofBatch;
      for (int i = 0; i < n; i++) {
        long at = Math.max(0, Math.min(indices.getLong(t * n + i), s.dim(batchDims + i) - 1));
        place += at * strides[batchDims + i];
      }
      for (int j = 0; j < rest; j++) {
        Places.copy(x, (int) place + j, out, t * rest + j);
      }
    }
    return out;
  }

  static NDArray scatter(ScatterNd.ScatterKind kind, NDArray x, NDArray indices, NDArray updates) {
    NDArray out = x.copy();
    Shape s = x.shape();
    long[] strides = Places.strides(s);
    int n = indices.shape().intDim(-1);
    int rest = Math.toIntExact(s.slice(n).size());
    int tuples = Math.toIntExact(indices.shape().without(-1).size());
    Fold fold = kind == ScatterNd.ScatterKind.SET ? null : Fold.of(kind.name(), x.dtype());
    for (int t = 0; t < tuples; t++) {
      long place = 0;
      boolean inside = true;
      for (int i = 0; i < n; i++) {
        long at = indices.getLong(t * n + i);
        inside &= at >= 0 && at < s.dim(i);
        place += at * strides[i];
      }
      for (int j = 0; inside && j < rest; j++) {
        if (fold == null) {
          Places.copy(updates, t * rest + j, out, (int) place + j);
        } else {
          fold.start();
          fold.add(out, (int) place + j);
          fold.add(updates, t * rest + j);
          fold.end(out, (int) place + j);
        }
      }
    }
    return out;
  }
}
