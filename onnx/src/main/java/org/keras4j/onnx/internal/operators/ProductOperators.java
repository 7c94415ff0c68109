package org.keras4j.onnx.internal.operators;

import org.keras4j.core.DType;
import org.keras4j.core.Tensor;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.Prims;

/** Products of matrices. */
final class ProductOperators {
  private ProductOperators() {}

  static void add() {
    Operators.tensor("MatMul", u -> Ops.matmul(u.t(0), u.t(1)));
    Operators.tensor("Gemm", ProductOperators::gemm);
    Operators.tensor("MatMulInteger", ProductOperators::integers);
    Operators.tensor("Einsum", u -> {
      Object[] in = u.tensors().toArray();
      return Ops.einsum(u.text("equation", "").replace(" ", ""), in);
    });
  }

  private static Tensor gemm(Use u) {
    Tensor a = u.t(0);
    Tensor b = u.t(1);
    int left = u.integer("transA", 0) != 0 ? 0 : 1;
    int right = u.integer("transB", 0) != 0 ? 1 : 0;
    Tensor y = Prims.dot(a, b, new int[0], new int[0], new int[] {left}, new int[] {right}, null);
    double alpha = u.real("alpha", 1);
    y = alpha == 1 ? y : Prims.mul(y, alpha);
    if (!u.has(2)) {
      return y;
    }
    double beta = u.real("beta", 1);
    return Prims.add(y, beta == 1 ? u.t(2) : Prims.mul(u.t(2), beta));
  }

  static Tensor centered(Use u, int value, int zero, boolean rows) {
    Tensor x = Prims.convert(u.t(value), DType.INT32);
    if (!u.has(zero)) {
      return x;
    }
    Tensor z = Prims.convert(u.t(zero), DType.INT32);
    if (rows && z.rank() == 1 && z.shape().dim(0) != 1) {
      z = Prims.expandDims(z, 1);
    }
    return Prims.sub(x, z);
  }

  private static Tensor integers(Use u) {
    return Ops.matmul(centered(u, 0, 2, true), centered(u, 1, 3, false));
  }
}
