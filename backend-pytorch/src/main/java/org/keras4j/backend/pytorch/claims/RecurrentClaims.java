package org.keras4j.backend.pytorch.claims;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.global.torch;
import org.keras4j.backend.pytorch.script.Script;
import org.keras4j.backend.pytorch.script.Term;
import org.keras4j.core.DType;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.Attributes;
import org.keras4j.core.primitive.Composites;

/**
 * Whole-sequence LSTM by oneDNN. Its backward part wants a workspace of the forward part's: where both
 * stand in one program that takes the place of the residuals, and otherwise the bodies run.
 */
final class RecurrentClaims {
  static final Map<String, Claim> ALL = new HashMap<>();

  private static final String BACKWARD = Composites.LSTM.backward();
  private static final int LSTM = 2; // oneDNN's number for the kind of cell

  static {
    ALL.put(Composites.LSTM.name(), new Forward(false));
    ALL.put(Composites.LSTM.forward(), new Forward(true));
    ALL.put(BACKWARD, new Backward());
  }

  private RecurrentClaims() {}

  private static boolean fits(List<TensorSpec> in) {
    return in.get(0).dtype() == DType.FLOAT32 && torch.hasMKLDNN();
  }

  private static String python(boolean b) {
    return b ? "True" : "False";
  }

  // the kernel reads states as dense memory, which a broadcast zero is not
  private static String dense(String tensor) {
    return "torch.contiguous(" + tensor + ")";
  }

  /** Sequence and weights as the kernel takes them: time first, weights transposed, two biases. */
  private static String operands(Call call) {
    Script s = call.script();
    boolean bias = call.attributes().get(Composites.BIAS);
    long gates = call.in(4).dim(1);
    String zeros = s.let("torch.zeros([" + s.size(gates) + "], " + s.options(DType.FLOAT32) + ")");
    return "torch.contiguous(torch.transpose(" + call.full(0) + ", 0, 1)), torch.t(" + call.full(3)
        + "), torch.t(" + call.full(4) + "), " + (bias ? call.full(5) : zeros) + ", " + zeros;
  }

  private record Forward(boolean training) implements Claim {
    @Override
    public boolean accepts(Attributes a, List<TensorSpec> in) {
      return fits(in);
    }

    @Override
    public List<Term> write(Call call) {
      Script s = call.script();
      // oneDNN's kernel cannot be recorded by libtorch's differentiation, as eager calls must be
      if (!s.isCpu()
          || s.isEager()
          || (training && !(call.isOnlyFor(3, BACKWARD) && call.isOnlyFor(4, BACKWARD)))) {
        return call.body();
      }
      String[] r = {s.fresh(), s.fresh(), s.fresh(), s.fresh()};
      long units = call.in(4).dim(0);
      s.line(String.join(", ", r) + " = torch.mkldnn_rnn_layer(" + operands(call) + ", "
          + dense(call.full(1)) + ", "
          + dense(call.full(2)) + ", False, [], " + LSTM + ", " + s.size(units)
          + ", 1, True, False, False, "
          + python(training) + ")");
      for (String n : r) {
        s.memory().made(n);
      }
      List<Term> out = new ArrayList<>();
      out.add(call.result(s.view("torch.transpose(" + r[0] + ", 0, 1)", r[0]), 0));
      out.add(call.result(r[1], 1));
      out.add(call.result(r[2], 2));
      if (training) {
        s.remember("workspace " + r[3], r[3]);
        out.add(call.result(r[3], 3)); // for the backward part alone, which knows what it is
        out.add(call.unwanted(4));
      }
      return out;
    }
  }

  private static final class Backward implements Claim {
    @Override
    public boolean accepts(Attributes a, List<TensorSpec> in) {
      return fits(in);
    }

    @Override
    public List<Term> write(Call call) {
      Script s = call.script();
      int at = call.attributes().get(Composites.BIAS) ? 6 : 5;
      Term gates = call.input(at + 3);
      String workspace = gates.isLiteral() ? null : s.recall("workspace " + gates.name());
      if (workspace == null) {
        return call.body();
      }
      String[] r = new String[7];
      for (int i = 0; i < r.length; i++) {
        r[i] = s.fresh();
        s.memory().made(r[i]);
      }
      long units = call.in(4).dim(0);
      s.line(String.join(", ", r) + " = torch.mkldnn_rnn_layer_backward(" + operands(call) + ", "
          + dense(call.full(1))
          + ", " + dense(call.full(2)) + ", torch.contiguous(torch.transpose(" + call.full(at)
          + ", 0, 1)), "
          + dense(call.full(at + 1)) + ", " + dense(call.full(at + 2))
          + ", torch.contiguous(torch.transpose("
          + call.full(at + 5) + ", 0, 1)), " + dense(call.full(at + 6)) + ", "
          + dense(call.full(at + 7))
          + ", False, "
          + LSTM + ", " + s.size(units) + ", 1, True, True, False, [], False, " + workspace + ")");
      List<Term> out = new ArrayList<>();
      out.add(call.result(s.view("torch.transpose(" + r[0] + ", 0, 1)", r[0]), 0));
      out.add(call.result(r[5], 1));
      out.add(call.result(r[6], 2));
      out.add(call.result(s.view("torch.t(" + r[1] + ")", r[1]), 3));
      out.add(call.result(s.view("torch.t(" + r[2] + ")", r[2]), 4));
      if (at == 6) {
        out.add(call.result(r[3], 5));
      }
      return out;
    }
  }
}
