package org.keras4j.backend.pytorch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.TupleElements;
import org.keras4j.backend.pytorch.script.Script;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.internal.messages.Log;

/**
 * A script that is ready to run: the compiled function, what it takes besides the inputs, and what is
 * known of the memory of its results.
 */
final class Program implements AutoCloseable {
  private static final Log LOG = Log.of(Program.class);
  private static final int KEPT = 4096;

  /** From so many bytes on it matters whether what may be a view has been copied. */
  private static final long LARGE = 1 << 20;

  private static final Map<String, ScriptFunction> COMPILED = new ConcurrentHashMap<>();

  private final ScriptFunction function;
  private final boolean shared;
  private final List<Long> callbacks = new ArrayList<>();
  private final TorchTensor[] constants;
  private final IValue[] parameters;
  private final Script.Filters[] filters;
  private final int inputs;
  private final int arguments;
  private final String device;

  /** The specs of all results, those too that are in the memory of an input. */
  private final TensorSpec[] specs;

  /** For each result: the input whose tensor it is, overwritten; -1: it is returned. */
  private final int[] inPlace;

  /** For each result: a number for the memory it lies in; inputs' come first, then constants'. */
  private final int[] region;

  private final boolean[] overwritten;
  private final int returned;

  /**
   * Compiles a script.
   *
   * @param names the variables that are the results
   * @param reusable whether equal texts share one compiled function
   */
  Program(
      Script script,
      List<String> names,
      int inputs,
      List<TensorSpec> outputs,
      String device,
      boolean reusable) {
    this.inputs = inputs;
    this.device = device;
    this.specs = outputs.toArray(new TensorSpec[0]);
    this.inPlace = new int[specs.length];
    this.region = new int[specs.length];
    this.overwritten = new boolean[inputs];
    List<String> results = new ArrayList<>();
    Map<String, Integer> regions = new HashMap<>();
    for (int i = 0; i < inputs; i++) {
      regions.put("x" + i, i);
      overwritten[i] = script.memory().isOverwritten("x" + i);
    }
    for (int i = 0; i < script.constants().size(); i++) {
      regions.put("c" + i, inputs + i);
    }
    boolean[] taken = new boolean[inputs];
    for (int i = 0; i < specs.length; i++) {
      String root = script.memory().root(names.get(i));
      region[i] = regions.merge(root, regions.size(), (was, next) -> was);
      int same = regions.getOrDefault(script.memory().identity(names.get(i)), -1);
      inPlace[i] = -1;
      if (same >= 0 && same < inputs && overwritten[same] && !taken[same]) {
        inPlace[i] = same;
        taken[same] = true;
      } else {
        results.add(names.get(i));
      }
    }
    results.addAll(script.kept());
    returned = results.size();
    String text = script.source(results);
    for (int i = 0; i < script.hostWork().size(); i++) {
      long id = HostCallbacks.register(HostWorks.callback(script.hostWork().get(i)));
      callbacks.add(id);
      text = text.replace(Script.marker(i), Long.toString(id));
    }
    LOG.trace(text);
    constants = new TorchTensor[script.constants().size()];
    for (int i = 0; i < constants.length; i++) {
      constants[i] = HostMemory.toDevice(script.constants().get(i), device);
    }
    parameters = new IValue[script.parameters().size()];
    for (int i = 0; i < parameters.length; i++) {
      parameters[i] = new IValue(script.parameters().get(i).longValue());
    }
    filters = script.filters().toArray(new Script.Filters[0]);
    int kept = script.filters().stream().mapToInt(Script.Filters::size).sum();
    arguments = inputs + constants.length + parameters.length + kept;
    shared = reusable && callbacks.isEmpty();
    try {
      function = shared ? cached(text, script, arguments) : compile(text, script, arguments);
    } catch (RuntimeException e) {
      HostCallbacks.unregister(callbacks);
      throw e;
    }
  }

  private static ScriptFunction compile(String text, Script script, int arguments) {
    boolean callbacks = !script.hostWork().isEmpty();
    return ScriptFunction.compile(text, script.lines(), arguments, callbacks);
  }

  private static ScriptFunction cached(String text, Script script, int arguments) {
    ScriptFunction f = COMPILED.get(text);
    if (f == null) {
      f = compile(text, script, arguments);
      if (COMPILED.size() >= KEPT) {
        COMPILED.clear(); // the functions go when the programs that use them go
      }
      COMPILED.put(text, f);
    }
    return f;
  }

  /**
   * Runs. Inputs that it overwrites are consumed.
   *
   * @throws RuntimeException as libtorch threw it, or as host code did
   */
  List<TorchTensor> run(TorchTensor[] in) {
    Frame frame = Frame.enter(arguments);
    try {
      int at = 0;
      for (TorchTensor t : in) {
        t.pushTo(frame, at++);
      }
      for (TorchTensor t : constants) {
        t.pushTo(frame, at++);
      }
      for (IValue v : parameters) {
        frame.put(at++, v);
      }
      for (Script.Filters f : filters) {
        in[f.kernel()].pushFiltersTo(frame, at, f, in);
        at += f.size();
      }
      function.run(frame);
      return collect(frame, in);
    } catch (RuntimeException e) {
      Throwable mine = HostCallbacks.takeFailure();
      if (mine instanceof RuntimeException r) {
        throw r;
      } else if (mine instanceof Error r) {
        throw r;
      }
      throw e;
    } finally {
      frame.exit();
    }
  }

  private List<TorchTensor> collect(Frame frame, TorchTensor[] in) {
    // who lies in each memory: inputs, constants, then the first result of it
    TorchTensor[] there = new TorchTensor[inputs + constants.length + specs.length];
    System.arraycopy(in, 0, there, 0, inputs);
    System.arraycopy(constants, 0, there, inputs, constants.length);
    TorchTensor[] out = new TorchTensor[specs.length];
    TupleElements tuple = returned > 1 ? frame.results() : null;
    int next = 0;
    for (int i = 0; i < specs.length; i++) {
      if (inPlace[i] >= 0) {
        continue;
      }
      TensorSpec spec = specs[i];
      IValue value = tuple == null ? frame.first() : tuple.get(next++);
      if (!spec.shape().isKnown()) {
        spec = TorchTensor.actual(value, spec);
      }
      TorchTensor other = there[region[i]];
      boolean shared = other != null && (spec.bytes() < LARGE || other.isAliasOf(value));
      out[i] = new TorchTensor(
          spec, device, value, shared ? other.storage() : Storage.owned(spec.bytes(), device));
      if (other == null) {
        there[region[i]] = out[i];
      }
    }
    for (int i = 0; i < specs.length; i++) {
      if (inPlace[i] >= 0) {
        out[i] = in[inPlace[i]].moved();
      }
    }
    return Arrays.asList(out);
  }

  /** Whether the memory of an input is written to; it must then be its own, and dense. */
  boolean overwrites(int input) {
    return overwritten[input];
  }

  @Override
  public void close() {
    HostCallbacks.unregister(callbacks);
    for (TorchTensor t : constants) {
      t.close();
    }
    if (!shared) {
      function.close();
    }
  }
}
