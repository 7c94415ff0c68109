package com.example.toy;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.spi.Site;

/** Matrices of complex numbers, {@code rows[i][j]}, in the last two axes of arrays. */
final class Matrices {
  private Matrices() {}

  /**
   * Applies a function to the matrices of every batch index.
   *
   * @param f from one matrix an input to one an output; a vector is a matrix of one row
   */
  static List<NDArray> each(Site<NDArray> s, Function<Complex[][][], Complex[][][]> f) {
    List<NDArray> out = new ArrayList<>();
    for (TensorSpec o : s.out()) {
      out.add(NDArray.zeros(o.dtype(), o.shape()));
    }
    Shape in = s.in(0).shape();
    int batches = Math.toIntExact(in.slice(0, in.rank() - 2).size());
    for (int b = 0; b < batches; b++) {
      Complex[][][] matrices = new Complex[s.inputs().size()][][];
      for (int i = 0; i < matrices.length; i++) {
        matrices[i] = read(s.input(i), b);
      }
      Complex[][][] results = f.apply(matrices);
      for (int i = 0; i < results.length; i++) {
        write(results[i], out.get(i), b, batches);
      }
    }
    return out;
  }

  private static Complex[][] read(NDArray x, int batch) {
    int m = x.shape().intDim(-2);
    int n = x.shape().intDim(-1);
    Complex[][] a = new Complex[m][n];
    for (int i = 0; i < m * n; i++) {
      a[i / n][i % n] = Complex.at(x, batch * m * n + i);
    }
    return a;
  }

  private static void write(Complex[][] a, NDArray out, int batch, int batches) {
    int k = batch * (out.size() / batches);
    for (Complex[] row : a) {
      for (Complex v : row) {
        if (out.dtype().isInteger()) {
          out.setLong(k++, (long) v.re());
        } else {
          v.put(out, k++);
        }
      }
    }
  }

  static Complex[][] zeros(int m, int n) {
    Complex[][] a = new Complex[m][n];
    for (Complex[] row : a) {
      java.util.Arrays.fill(row, Complex.ZERO);
    }
    return a;
  }

  static Complex[][] identity(int n) {
    Complex[][] a = zeros(n, n);
    for (int i = 0; i < n; i++) {
      a[i][i] = Complex.ONE;
    }
    return a;
  }

  /** The conjugate transpose. */
  static Complex[][] adjoint(Complex[][] a, int columns) {
    Complex[][] out = new Complex[columns][a.length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < columns; j++) {
        out[j][i] = a[i][j].conjugate();
      }
    }
    return out;
  }

  /** The first rows and columns. */
  static Complex[][] corner(Complex[][] a, int rows, int columns) {
    Complex[][] out = new Complex[rows][];
    for (int i = 0; i < rows; i++) {
      out[i] = java.util.Arrays.copyOf(a[i], columns);
    }
    return out;
  }

  static Complex[][] product(Complex[][] a, Complex[][] b) {
    int n = b.length == 0 ? 0 : b[0].length;
    Complex[][] out = zeros(a.length, n);
    for (int i = 0; i < a.length; i++) {
      for (int k = 0; k < b.length; k++) {
        for (int j = 0; j < n; j++) {
          out[i][j] = out[i][j].plus(a[i][k].times(b[k][j]));
        }
      }
    }
    return out;
  }

  /** Numbers as a matrix of one row. */
  static Complex[][] row(double... values) {
    Complex[][] out = new Complex[1][values.length];
    for (int i = 0; i < values.length; i++) {
      out[0][i] = Complex.of(values[i]);
    }
    return out;
  }
}
