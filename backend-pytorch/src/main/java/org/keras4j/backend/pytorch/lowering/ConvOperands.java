package org.keras4j.backend.pytorch.lowering;

import org.keras4j.backend.pytorch.script.Script;
import org.keras4j.backend.pytorch.script.Term;
import org.keras4j.core.DType;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.ConvAttributes;

/** Operands and results of convolutions in the dtypes that libtorch convolves rightly. */
final class ConvOperands {
  private final Script s;

  ConvOperands(Script s) {
    this.s = s;
  }

  /** libtorch convolves floats and complex numbers only. */
  private static DType computed(DType t) {
    return t.isInteger() ? DType.FLOAT64 : t;
  }

  /**
   * The dtype that gradients are computed in. oneDNN as libtorch 2.10 carries it computes wrong ones with AVX-512: of bfloat16,
   * and of both where an image has one channel.
   */
  DType gradientType(TensorSpec kernel, ConvAttributes c) {
    DType t = computed(kernel.dtype());
    if (!s.isCpu() && !s.isDifferentiated()) {
      return t;
    }
    boolean oneChannel = kernel.dim(-2) == 1 && c.groups() == 1;
    if (oneChannel && (t == DType.FLOAT32 || t == DType.BFLOAT16)) {
      return DType.FLOAT64;
    }
    return t == DType.BFLOAT16 ? DType.FLOAT32 : t;
  }

  String operand(Term x) {
    return operand(x, computed(x.spec().dtype()));
  }

  String operand(Term x, DType in) {
    String n = s.full(x);
    DType t = x.spec().dtype();
    return t == in ? n : new ConvertText(s).convert(n, t, in);
  }

  /** A result of dtype t: an expression, a view of the variable {@code base} at most. */
  String result(String expression, String base, DType t) {
    return result(expression, base, computed(t), t);
  }

  /** Likewise, computed in a given dtype. */
  String result(String expression, String base, DType in, DType t) {
    if (t.isInteger()) {
      return new ConvertText(s).convert(s.let("torch.round(" + expression + ")"), in, t);
    }
    return in == t
        ? s.view(expression, base)
        : new ConvertText(s).convert(s.view(expression, base), in, t);
  }
}
