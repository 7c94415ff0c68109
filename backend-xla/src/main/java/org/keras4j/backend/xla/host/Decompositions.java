package org.keras4j.backend.xla.host;

import java.util.ArrayList;
import java.util.List;
import org.keras4j.core.NDArray;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.Cholesky;
import org.keras4j.core.primitive.Eig;
import org.keras4j.core.primitive.Eigh;
import org.keras4j.core.primitive.Factorization;
import org.keras4j.core.primitive.FactorizationVisitor;
import org.keras4j.core.primitive.Lu;
import org.keras4j.core.primitive.Qr;
import org.keras4j.core.primitive.Svd;

/** The decompositions of batches of matrices, in double precision. */
final class Decompositions {
  private Decompositions() {}

  /** Whether it is computed here. */
  static boolean has(Factorization p) {
    return p.factorize(Kernels.ALL) != Kernel.NONE;
  }

  static List<NDArray> run(Factorization p, NDArray a, List<TensorSpec> out) {
    Kernel kernel = p.factorize(Kernels.ALL);
    int rank = a.shape().rank();
    int rows = a.shape().intDim(rank - 2);
    int columns = a.shape().intDim(rank - 1);
    List<NDArray> results = new ArrayList<>();
    for (TensorSpec s : out) {
      results.add(NDArray.zeros(s.dtype(), s.shape()));
    }
    int batch = 1;
    for (int i = 0; i < rank - 2; i++) {
      batch *= a.shape().intDim(i);
    }
    for (int b = 0; b < batch; b++) {
      Matrix m = new Matrix(rows, columns);
      for (int i = 0; i < rows; i++) {
        for (int j = 0; j < columns; j++) {
          int k = (b * rows + i) * columns + j;
          m.set(i, j, a.getDouble(k), a.dtype().isComplex() ? a.getImaginary(k) : 0);
        }
      }
      kernel.factor(m, b, results);
    }
    return results;
  }

  /** The factors of one matrix, the {@code batch}-th of all. */
  private interface Kernel {
    /** XLA has one of its own. */
    Kernel NONE = (m, batch, results) -> {
      throw new IllegalStateException("is not computed on the host");
    };

    void factor(Matrix m, int batch, List<NDArray> results);
  }

  /** What is computed here; {@link Kernel#NONE} for what XLA does itself. */
  private static final class Kernels implements FactorizationVisitor<Kernel> {
    static final Kernels ALL = new Kernels();

    @Override
    public Kernel cholesky(Cholesky p) {
      return Kernel.NONE;
    }

    @Override
    public Kernel lu(Lu p) {
      return (m, b, results) -> {
        int[] pivots = Factorizations.lu(m);
        put(results.get(0), b, m);
        put(results.get(1), b, pivots);
        put(results.get(2), b, Factorizations.permutation(pivots, m.rows));
      };
    }

    @Override
    public Kernel qr(Qr p) {
      return (m, b, results) -> {
        int k = p.full() ? m.rows : Math.min(m.rows, m.columns);
        Matrix left = Factorizations.qr(m, k);
        put(results.get(0), b, left);
        put(results.get(1), b, top(m, k));
      };
    }

    @Override
    public Kernel svd(Svd p) {
      return (m, b, results) -> {
        Jacobi.Singular r = Jacobi.svd(m, p.full());
        put(results.get(0), b, r.u());
        put(results.get(1), b, r.values());
        put(results.get(2), b, r.v().adjoint());
      };
    }

    @Override
    public Kernel eigh(Eigh p) {
      return (m, b, results) -> {
        Jacobi.Eigen r = Jacobi.eigh(m);
        put(results.get(0), b, r.values());
        put(results.get(1), b, r.vectors());
      };
    }

    @Override
    public Kernel eig(Eig p) {
      return (m, b, results) -> {
        Schur.Eigen r = Schur.eig(m);
        NDArray values = results.get(0);
        for (int i = 0; i < m.rows; i++) {
          values.setComplex(b * m.rows + i, r.re()[i], r.im()[i]);
        }
        put(results.get(1), b, r.vectors());
      };
    }
  }

  private static Matrix top(Matrix m, int rows) {
    Matrix out = new Matrix(rows, m.columns);
    for (int j = 0; j < m.columns; j++) {
      for (int i = 0; i < rows; i++) {
        out.set(i, j, m.re[m.at(i, j)], m.im[m.at(i, j)]);
      }
    }
    return out;
  }

  private static void put(NDArray to, int b, Matrix m) {
    int at = b * m.rows * m.columns;
    boolean complex = to.dtype().isComplex();
    for (int i = 0; i < m.rows; i++) {
      for (int j = 0; j < m.columns; j++, at++) {
        int k = m.at(i, j);
        if (complex) {
          to.setComplex(at, m.re[k], m.im[k]);
        } else {
          to.setDouble(at, m.re[k]);
        }
      }
    }
  }

  private static void put(NDArray to, int b, double... values) {
    for (int i = 0; i < values.length; i++) {
      to.setDouble(b * values.length + i, values[i]);
    }
  }

  private static void put(NDArray to, int b, int... values) {
    for (int i = 0; i < values.length; i++) {
      to.setLong(b * values.length + i, values[i]);
    }
  }
}
