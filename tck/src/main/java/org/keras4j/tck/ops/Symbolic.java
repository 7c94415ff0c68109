package org.keras4j.tck.ops;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.NDArray;
import org.keras4j.core.Nest;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.ops.internal.engine.ArrayLike;
import org.keras4j.tck.draws.Dice;
import org.keras4j.tck.draws.Draw;
import org.keras4j.tck.draws.Draws;
import org.keras4j.tck.kit.KitOptions;
import org.keras4j.tck.kit.KitTest;

/** Every function foretells, of symbolic tensors, the dtypes and shapes of what it then gives. */
public final class Symbolic {
  private Symbolic() {}

  /** A test for each function. */
  public static List<KitTest> tests(KitOptions options) {
    return FunctionTests.of(options, 3, (function, i) -> {
      Draw draw = Draws.of(function, Dice.of(57L * i + function.hashCode()));
      String d = difference(function, draw);
      return d == null ? null : draw + ": " + d;
    });
  }

  private static @Nullable String difference(String function, Draw draw) {
    List<NDArray> arrays = draw.arrays();
    if (arrays.isEmpty() || draw.byValues()) {
      return null;
    }
    List<Object> tensors = new ArrayList<>();
    List<Object> symbols = new ArrayList<>();
    for (NDArray a : arrays) {
      Tensor t = ArrayLike.tensor(a);
      tensors.add(t);
      symbols.add(new KerasTensor(t.spec(), "x"));
    }
    List<Tensor> got = Nest.tensors(Results.structure(draw.replaced(tensors).call(function)));
    List<Tensor> told = Nest.tensors(Results.structure(draw.replaced(symbols).call(function)));
    if (got.size() != told.size()) {
      return told.size() + " results foretold, " + got.size() + " given";
    }
    for (int k = 0; k < got.size(); k++) {
      TensorSpec a = told.get(k).spec();
      TensorSpec b = got.get(k).spec();
      if (a.dtype() != b.dtype() || !a.shape().isCompatible(b.shape())) {
        return "result " + k + ": " + a + " foretold, " + b + " given";
      }
    }
    return null;
  }
}
