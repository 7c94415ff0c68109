package org.keras4j.tck.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.keras4j.core.EagerTensor;
import org.keras4j.core.NDArray;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorScope;
import org.keras4j.core.Variable;
import org.keras4j.ops.compile.Jit;
import org.keras4j.ops.internal.engine.ArrayLike;
import org.keras4j.tck.draws.ViewChain;

/**
 * Random programs of views and elementwise operations give compiled what they give eagerly, called twice:
 * with the memory of their state given away and not, on results of the call before, some of which are views
 * of that memory. {@code keras4j.chains} says how many are tried, {@code keras4j.chains.from} which is the
 * first, {@code keras4j.chains.batch} how many are compiled as one program.
 */
class ViewChainsTest {
  private static final int CHAINS = Integer.getInteger("keras4j.chains", 120);
  private static final int FROM = Integer.getInteger("keras4j.chains.from", 0);
  private static final int BATCH = Integer.getInteger("keras4j.chains.batch", 20);
  private static final int CALLS = 2;

  @Test
  void giveTheSameEagerlyAndCompiled() {
    List<String> wrong = new ArrayList<>();
    for (int from = FROM; from < FROM + CHAINS; from += BATCH) {
      List<ViewChain> chains = new ArrayList<>();
      for (int i = from; i < Math.min(FROM + CHAINS, from + BATCH); i++) {
        chains.add(ViewChain.of(i));
      }
      // of several that fail together, each alone
      if (difference(chains, from) != null) {
        int before = wrong.size();
        for (ViewChain c : chains) {
          String d = difference(List.of(c), from);
          if (d != null) {
            wrong.add(c.describe() + " " + d);
          }
        }
        if (wrong.size() == before) {
          wrong.add("only together, " + from + ": " + difference(chains, from));
        }
      }
    }
    assertEquals(List.of(), wrong, () -> wrong.size() + " wrong\n" + String.join("\n", wrong));
  }

  private static @Nullable String difference(List<ViewChain> chains, int number) {
    try (TensorScope scope = new TensorScope()) {
      return new Play(chains).difference(number / BATCH % 4 != 3);
    } catch (RuntimeException e) {
      return e.toString();
    }
  }

  /** Several programs side by side, which share nothing. */
  private record Play(List<ViewChain> chains) {
    @Nullable
    String difference(boolean donate) {
      List<List<NDArray>> eager = new ArrayList<>();
      List<List<NDArray>> compiled = new ArrayList<>();
      List<Variable> state = state();
      run(eager, state, given -> call(given, state));
      List<Variable> donated = state();
      Jit jit = donate
          ? Jit.updating(given -> call((List<?>) given, donated))
          : Jit.of(given -> call((List<?>) given, donated));
      run(compiled, donated, given -> (List<?>) jit.call(given));
      for (int i = 0; i < eager.size(); i++) {
        String d = difference(eager.get(i), compiled.get(i));
        if (d != null) {
          return (donate ? "donated, " : "")
              + List.of("call", "again", "after it", "held").get(i % 4) + ": " + d;
        }
      }
      return null;
    }

    private List<Variable> state() {
      List<Variable> out = new ArrayList<>();
      for (ViewChain c : chains) {
        for (NDArray a : c.state()) {
          Variable v = new Variable("v", a.spec(), true, () -> ArrayLike.tensor(a));
          v.value();
          out.add(v);
        }
      }
      return out;
    }

    private interface Program {
      List<?> call(List<Tensor> given);
    }

    /** What the calls gave, what they left of the state, and what is left of their arguments and results at the end. */
    private void run(List<List<NDArray>> out, List<Variable> state, Program p) {
      List<Tensor> given = new ArrayList<>();
      for (ViewChain c : chains) {
        c.arguments().forEach(a -> given.add(ArrayLike.tensor(a)));
      }
      List<Tensor> all = new ArrayList<>(given);
      for (int i = 0; i < CALLS; i++) {
        List<NDArray> now = new ArrayList<>();
        List<Tensor> results = new ArrayList<>();
        for (Object o : p.call(given)) {
          Tensor t = (Tensor) o;
          results.add(t);
          now.add(t.toNDArray());
        }
        for (Variable v : state) {
          now.add(v.eager().toNDArray());
        }
        out.add(now);
        all.addAll(results);
        // the next call takes results for arguments, where they fit
        for (int k = 0; k < given.size(); k++) {
          for (Tensor r : results) {
            if (r.spec().equals(given.get(k).spec())) {
              given.set(k, r);
            }
          }
        }
      }
      List<NDArray> held = new ArrayList<>();
      for (Tensor t : all) {
        held.add(((EagerTensor) t).toNDArray());
      }
      out.add(held);
    }

    private List<Tensor> call(List<?> given, List<Variable> state) {
      List<Tensor> results = new ArrayList<>();
      int argument = 0;
      int variable = 0;
      for (ViewChain c : chains) {
        List<Tensor> in = new ArrayList<>();
        List<Tensor> held = new ArrayList<>();
        for (int i = 0; i < c.arguments().size(); i++) {
          in.add((Tensor) given.get(argument++));
        }
        List<Variable> mine = state.subList(variable, variable + c.state().size());
        variable += mine.size();
        mine.forEach(v -> held.add(v.value()));
        ViewChain.Outcome o = c.call(in, held);
        for (int i = 0; i < mine.size(); i++) {
          mine.get(i).assign(o.state().get(i));
        }
        results.addAll(o.results());
      }
      return results;
    }

    private static @Nullable String difference(List<NDArray> eager, List<NDArray> compiled) {
      for (int i = 0; i < eager.size(); i++) {
        String d = Results.arrays(compiled.get(i), eager.get(i), false, 0);
        if (d != null) {
          return "result " + i + ": " + d;
        }
      }
      return null;
    }
  }
}
