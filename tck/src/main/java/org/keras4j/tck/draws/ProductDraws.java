package org.keras4j.tck.draws;

import static org.keras4j.tck.draws.Draws.on;

import java.util.ArrayList;
import java.util.List;

/** Products, linear algebra and Fourier transforms. */
final class ProductDraws {
  private static final String[][] EQUATIONS = {
    {"ij,jk->ik", "23", "34"},
    {"ij,jk", "23", "34"},
    {"ii->i", "33"},
    {"ii", "33"},
    {"...ij,...jk->...ik", "223", "34"},
    {"bij,bjk,bkl->bil", "223", "232", "224"},
    {"i,j,k->kji", "2", "3", "4"},
    {"ij,ij->", "23", "23"},
    {"ijk,jil->kl", "234", "325"},
    {"i...j,j->i...", "2345", "5"}
  };

  private ProductDraws() {}

  static void add() {
    products();
    linear();
    spectral();
  }

  private static void products() {
    on("matmul", d -> {
      long[] batch = d.full(0, 2);
      int n = d.in(1, 4);
      return Draw.of(
          d.any(Dice.join(batch, d.in(1, 4), n)),
          d.any(Dice.join(d.fitting(batch), n, d.in(1, 4))));
    });
    on("dot", d -> {
      int n = d.in(0, 4);
      return Draw.of(
          d.any(Dice.join(d.shape(0, 2), n)), d.flip() ? d.any(n) : d.any(n, d.in(1, 3)));
    });
    on("vdot", d -> {
      long[] s = d.shape(1, 2);
      return Draw.of(d.any(s), d.any(s));
    });
    on("inner", d -> {
      int n = d.in(1, 4);
      return Draw.of(d.any(Dice.join(d.full(0, 2), n)), d.any(Dice.join(d.full(0, 2), n)));
    });
    on("outer kron", d -> Draw.of(d.any(d.full(1, 2)), d.any(d.full(1, 2))));
    on(
        "tensordot",
        d -> Draw.of(
            d.any(2, 3, 4),
            d.any(4, 3, 2),
            d.one((Object) 1, List.of(List.of(1, 2), List.of(1, 0)))));
    on("einsum", d -> {
      String[] e = d.one(EQUATIONS);
      List<Object> args = new ArrayList<>(List.of(e[0]));
      for (int i = 1; i < e.length; i++) {
        args.add(d.any(e[i].chars().mapToLong(c -> c - '0').toArray()));
      }
      return Draw.of(args.toArray());
    });
    on("cross", d -> {
      long[] batch = d.full(0, 2);
      return Draw.of(d.any(Dice.join(batch, 3)), d.any(Dice.join(batch, d.in(2, 3))));
    });
    on(
        "correlate",
        d -> Draw.of(d.between(-2, 2, d.in(3, 6)), d.between(-2, 2, d.in(1, 3)))
            .maybe(d, "mode", d.one("valid", "same", "full")));
    on("cdist", d -> Draw.of(d.between(0, 2, d.in(1, 4), 3), d.between(3, 5, d.in(1, 4), 3)));
  }

  private static void linear() {
    on("det slogdet inv logdet", d -> Draw.of(d.matrices(true, d.full(0, 2), d.in(1, 4))));
    on(
        "cholesky",
        d -> Draw.of(d.matrices(true, d.full(0, 2), d.in(1, 4))).maybe(d, "upper", d.flip()));
    on(
        "cholesky_inverse",
        d -> Draw.of(d.matrices(false, new long[0], d.in(1, 4))).maybe(d, "upper", d.flip()));
    on("eigh", d -> Draw.of(d.matrices(true, d.full(0, 1), d.in(1, 3))));
    on("eig", d -> Draw.of(d.matrices(false, new long[0], d.in(1, 3))));
    on("qr lu_factor", d -> Draw.of(d.matrices(false, d.full(0, 1), d.in(1, 3))));
    on(
        "svd",
        d -> Draw.of(d.matrices(false, d.full(0, 1), d.in(1, 3))).with("full_matrices", false));
    on("solve", d -> {
      long[] batch = d.full(0, 1);
      int n = d.in(1, 4);
      return Draw.of(
          d.matrices(false, batch, n), d.between(-2, 2, Dice.join(batch, n, d.in(1, 3))));
    });
    on("solve_triangular", d -> {
      int n = d.in(1, 4);
      return Draw.of(d.matrices(false, new long[0], n), d.between(-2, 2, n, d.in(1, 3)))
          .maybe(d, "lower", d.flip());
    });
    on("lstsq", d -> {
      int n = d.in(1, 3);
      return Draw.of(d.matrices(false, new long[0], n), d.between(-2, 2, n, d.in(1, 2)));
    });
    on("matrix_power", d -> Draw.of(d.matrices(false, d.full(0, 1), d.in(1, 3)), d.in(-2, 5)));
    on("pinv matrix_rank", d -> Draw.of(d.matrices(false, d.full(0, 1), d.in(1, 3))));
  }

  private static void spectral() {
    on("fft", d -> {
      long[] s = d.full(1, 3);
      return Draw.of(List.of(d.between(-2, 2, s), d.between(-2, 2, s)));
    });
    on("fft2 ifft2", d -> {
      long[] s = d.full(2, 3);
      return Draw.of(List.of(d.between(-2, 2, s), d.between(-2, 2, s)));
    });
    on("rfft", d -> Draw.of(d.between(-2, 2, d.full(1, 3))).maybe(d, "fft_length", d.in(1, 6)));
    on("irfft", d -> {
      long[] s = Dice.join(d.full(0, 2), d.in(2, 5));
      return Draw.of(List.of(d.between(-2, 2, s), d.between(-2, 2, s)))
          .maybe(d, "fft_length", d.in(1, 8));
    });
    on(
        "stft",
        d -> Draw.of(d.between(-2, 2, Dice.join(d.full(0, 1), d.in(12, 20))), 6, d.in(2, 5), 8)
            .maybe(d, "center", d.flip())
            .maybe(d, "window", d.one("hann", "hamming", null)));
    on("istft", d -> {
      long[] s = Dice.join(d.full(0, 1), d.in(3, 5), 5);
      return Draw.of(List.of(d.between(-2, 2, s), d.between(-2, 2, s)), 8, d.one(2, 4), 8);
    });
    on(
        "extract_sequences",
        d ->
            Draw.of(d.between(-2, 2, Dice.join(d.full(0, 2), d.in(6, 9))), d.in(1, 5), d.in(1, 3)));
  }
}
