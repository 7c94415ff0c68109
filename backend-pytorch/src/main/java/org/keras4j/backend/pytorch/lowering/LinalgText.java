package org.keras4j.backend.pytorch.lowering;

import java.util.List;
import org.keras4j.backend.pytorch.script.Script;
import org.keras4j.backend.pytorch.script.Term;
import org.keras4j.core.DType;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.Fft;
import org.keras4j.core.primitive.Fft.FftKind;
import org.keras4j.core.primitive.Qr;
import org.keras4j.core.primitive.Svd;
import org.keras4j.core.primitive.TriangularSolve;
import org.keras4j.core.spi.Site;

/** Decompositions, and the Fourier transform. The short floats are computed as float32. */
final class LinalgText {
  private final Script s;

  LinalgText(Script s) {
    this.s = s;
  }

  private static boolean isShort(DType t) {
    return t == DType.FLOAT16 || t == DType.BFLOAT16;
  }

  private String operand(Term x) {
    String n = s.full(x);
    return isShort(x.spec().dtype()) ? n + ".to(6)" : n;
  }

  private Term result(String name, TensorSpec out) {
    return Term.of(
        isShort(out.dtype()) ? s.let(name + ".to(" + s.code(out.dtype()) + ")") : name, out);
  }

  /** Calls a function of several results. */
  private String[] call(int results, String expression) {
    String[] names = new String[results];
    for (int i = 0; i < results; i++) {
      names[i] = s.fresh();
      s.memory().made(names[i]);
    }
    s.line(String.join(", ", names) + " = " + expression);
    return names;
  }

  Term cholesky(Site<Term> site) {
    String[] r = call(
        2,
        "torch.linalg_cholesky_ex(" + operand(site.input(0))
            + ", upper=False, check_errors=False)");
    String bad = s.let("torch.unsqueeze(torch.unsqueeze(torch.ne(" + r[1] + ", 0), -1), -1)");
    // the factor's upper part stays 0, as of a matrix that has one
    String lower = s.let("torch.tril(torch.masked_fill(" + r[0] + ", " + bad + ", float('nan')))");
    return result(lower, site.out(0));
  }

  Term triangularSolve(TriangularSolve p, Site<Term> site) {
    String a = operand(site.input(0));
    boolean upper = !p.lower();
    if (p.transpose()) {
      a = "torch.transpose(" + a + ", -2, -1)";
      upper = !upper;
    }
    return result(
        s.let("torch.linalg_solve_triangular(" + a + ", " + operand(site.input(1)) + ", upper="
            + python(upper) + ", left=True, unitriangular=" + python(p.unitDiagonal()) + ")"),
        site.out(0));
  }

  private static String python(boolean b) {
    return b ? "True" : "False";
  }

  List<Term> lu(Site<Term> site) {
    String[] r = call(3, "torch.linalg_lu_factor_ex(" + operand(site.input(0)) + ")");
    String[] p = call(3, "torch.lu_unpack(" + r[0] + ", " + r[1] + ", False, True)");
    // a = P L U, so row i of L U is the row of a where column i of P has its one
    // of no rows there is no largest
    String pick = site.out(2).shape().last() == 0 ? "sum" : "argmax";
    String permutation = "torch." + pick + "(torch.real(" + p[0] + "), -2)";
    return List.of(
        result(r[0], site.out(0)),
        Term.of(s.let("torch.sub(" + r[1] + ", 1)"), site.out(1)),
        Term.of(s.let(permutation + ".to(3)"), site.out(2)));
  }

  List<Term> qr(Qr p, Site<Term> site) {
    String[] r = call(
        2,
        "torch.linalg_qr(" + operand(site.input(0)) + ", mode=\""
            + (p.full() ? "complete" : "reduced") + "\")");
    return List.of(result(r[0], site.out(0)), result(r[1], site.out(1)));
  }

  List<Term> svd(Svd p, Site<Term> site) {
    String[] r =
        call(3, "torch.linalg_svd(" + operand(site.input(0)) + ", " + python(p.full()) + ")");
    return List.of(result(r[0], site.out(0)), result(r[1], site.out(1)), result(r[2], site.out(2)));
  }

  List<Term> eigh(Site<Term> site) {
    String[] r = call(2, "torch.linalg_eigh(" + operand(site.input(0)) + ", \"L\")");
    TensorSpec values = site.out(0);
    Term first = values.dtype().isComplex() // libtorch gives reals
        ? Term.of(s.let(r[0] + ".to(" + s.code(values.dtype()) + ")"), values)
        : result(r[0], values);
    return List.of(first, result(r[1], site.out(1)));
  }

  List<Term> eig(Site<Term> site) {
    String[] r = call(2, "torch.linalg_eig(" + operand(site.input(0)) + ")");
    return List.of(Term.of(r[0], site.out(0)), Term.of(r[1], site.out(1)));
  }

  Term fft(Fft p, Site<Term> site) {
    Term x = site.input(0);
    TensorSpec out = site.out(0);
    int n = p.lengths().size();
    int rank = x.spec().rank();
    int[] axes = new int[n];
    for (int i = 0; i < n; i++) {
      axes[i] = rank - n + i;
    }
    String function = switch (p.kind()) {
      case FFT -> "fft_fftn";
      case IFFT -> "fft_ifftn";
      case RFFT -> "fft_rfftn";
      case IRFFT -> "fft_irfftn";
    };
    if (x.spec().shape().size() == 0 || out.shape().size() == 0) {
      return Term.of(
          s.let("torch.zeros(" + s.sizes(out.shape()) + ", " + s.options(out.dtype()) + ")"), out);
    }
    String sizes = p.kind() == FftKind.IRFFT ? Script.list(p.lengths().toArray()) : "None";
    return Term.of(
        s.let("torch." + function + "(" + operand(x) + ", " + sizes + ", " + Script.list(axes)
            + ", None)"),
        out);
  }
}
