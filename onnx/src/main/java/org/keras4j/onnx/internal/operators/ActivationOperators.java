package org.keras4j.onnx.internal.operators;

import org.keras4j.core.DType;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.UnaryKind;
import org.keras4j.ops.internal.composite.ActivationComposites;
import org.keras4j.ops.internal.engine.Prims;

/** Activation functions. */
final class ActivationOperators {
  private ActivationOperators() {}

  static void add() {
    Operators.tensor("Relu", u -> ActivationComposites.relu(u.t(0)));
    Operators.tensor(
        "LeakyRelu", u -> ActivationComposites.leakyRelu(u.t(0), u.real("alpha", 0.01)));
    Operators.tensor("Elu", u -> ActivationComposites.elu(u.t(0), u.real("alpha", 1)));
    Operators.tensor("Softplus", u -> ActivationComposites.softplus(u.t(0)));
    Operators.tensor(
        "Gelu",
        u -> ActivationComposites.gelu(u.t(0), u.text("approximate", "none").equals("tanh")));
    Operators.tensor("Selu", u -> {
      double alpha = u.real("alpha", 1.67326319217681884765625);
      return Prims.mul(
          ActivationComposites.elu(u.t(0), alpha), u.real("gamma", 1.05070102214813232421875));
    });
    Operators.tensor("Celu", u -> {
      double alpha = u.real("alpha", 1);
      Tensor x = u.t(0);
      Tensor zero = Prims.scalarLike(x, 0);
      Tensor below = Prims.unary(UnaryKind.EXPM1, Prims.div(Prims.min(x, zero), alpha));
      return Prims.add(Prims.max(x, zero), Prims.mul(below, alpha));
    });
    Operators.tensor("PRelu", u -> {
      Tensor x = u.t(0);
      Tensor slope = u.t(1);
      if (u.opset() < 7 && slope.rank() == 1 && slope.shape().dim(0) != 1) { // one a channel
        long[] line = new long[x.rank() - 1];
        java.util.Arrays.fill(line, 1);
        line[0] = slope.shape().dim(0);
        slope = Prims.reshape(slope, line);
      }
      return Prims.select(Prims.lt(x, Prims.scalarLike(x, 0)), Prims.mul(x, slope), x);
    });
    Operators.tensor("ThresholdedRelu", u -> {
      Tensor x = u.t(0);
      Tensor over = Prims.gt(x, Prims.scalarLike(x, u.real("alpha", 1)));
      return Prims.select(over, x, Prims.scalarLike(x, 0));
    });
    Operators.tensor(
        "HardSigmoid", u -> hardSigmoid(u.t(0), u.real("alpha", 0.2), u.real("beta", 0.5)));
    Operators.tensor("HardSwish", u -> Prims.mul(u.t(0), hardSigmoid(u.t(0), 1.0 / 6, 0.5)));
    Operators.tensor("Softsign", u -> Prims.div(u.t(0), Prims.add(Prims.abs(u.t(0)), 1)));
    Operators.tensor(
        "Mish",
        u -> Prims.mul(u.t(0), Prims.unary(UnaryKind.TANH, ActivationComposites.softplus(u.t(0)))));
    Operators.tensor(
        "Swish",
        u -> Prims.mul(
            u.t(0), Prims.unary(UnaryKind.LOGISTIC, Prims.mul(u.t(0), u.real("alpha", 1)))));
    Operators.tensor("Shrink", u -> {
      Tensor x = u.t(0);
      double lambda = u.real("lambd", 0.5);
      double bias = u.real("bias", 0);
      Tensor zero = Prims.scalarLike(x, 0);
      Tensor above = Prims.select(
          Prims.gt(x, Prims.scalarLike(x, lambda)), Prims.sub(x, Prims.scalarLike(x, bias)), zero);
      return Prims.select(
          Prims.lt(x, Prims.scalarLike(x, -lambda)),
          Prims.add(x, Prims.scalarLike(x, bias)),
          above);
    });
    Operators.put("Dropout", u -> {
      Tensor mask = Prims.fullLike(u.t(0), DType.BOOL, 1);
      return java.util.List.of(u.in(0), Operand.of(mask));
    });
  }

  static Tensor hardSigmoid(Tensor x, double alpha, double beta) {
    Tensor y = Prims.add(Prims.mul(x, alpha), beta);
    return Prims.max(Prims.min(y, Prims.scalarLike(x, 1)), Prims.scalarLike(x, 0));
  }
}
