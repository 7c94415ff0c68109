package org.keras4j.backend.tensorflow.lowering;

import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.bytedeco.javacpp.BytePointer;
import org.jspecify.annotations.Nullable;
import org.keras4j.backend.tensorflow.runtime.Caller;
import org.keras4j.backend.tensorflow.runtime.Engine;
import org.keras4j.backend.tensorflow.runtime.Handle;
import org.keras4j.backend.tensorflow.runtime.HostTransfer;
import org.keras4j.backend.tensorflow.runtime.NativeType;
import org.keras4j.backend.tensorflow.runtime.OpCall;
import org.keras4j.core.NDArray;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.HostCall;
import org.keras4j.core.spi.Site;

/**
 * Runs each operation as it comes. It owns what the operations give, and frees it at the end but for
 * what is {@linkplain #release taken out}.
 */
public final class EagerTarget implements Target, AutoCloseable {
  private static final int SMALL = 64;
  private static final int MOST = 4096;
  // axes, shapes and scalars come again and again, and making one costs as much as an operation
  private static final ConcurrentHashMap<NDArray, EagerTerm> CONSTANTS = new ConcurrentHashMap<>();

  private final Caller caller;
  private final @Nullable BytePointer device;
  private Set<EagerTerm> made = newSet();

  /**
   * @param device where to run; null leaves it to TensorFlow
   */
  public EagerTarget(Engine engine, @Nullable BytePointer device) {
    this.caller = engine.caller();
    this.device = device;
  }

  private static Set<EagerTerm> newSet() {
    return java.util.Collections.newSetFromMap(new IdentityHashMap<>());
  }

  /** A tensor that stays the caller's. */
  public Term borrow(Handle handle, TensorSpec spec) {
    return new EagerTerm(handle, spec.dtype(), spec.shape());
  }

  /** A handle of a term, for the caller to own. */
  public Handle release(Term t) {
    EagerTerm e = (EagerTerm) t;
    return made.remove(e) ? e.handle : HostTransfer.share(e.handle, caller);
  }

  @Override
  public void close() {
    free(made);
    caller.idle();
  }

  private static void free(Collection<EagerTerm> terms) {
    for (EagerTerm t : terms) {
      t.handle.release();
    }
  }

  @Override
  public List<Term> apply(OpCall call, List<?> inputs, List<TensorSpec> outputs) {
    caller.begin(call);
    if (device != null) {
      caller.device(device);
    }
    for (Object in : inputs) {
      if (in instanceof EagerTerm t) {
        caller.input(t.handle);
      } else {
        List<Handle> handles = new ArrayList<>();
        for (Object t : (List<?>) in) {
          handles.add(((EagerTerm) t).handle);
        }
        caller.inputs(handles);
      }
    }
    Handle[] results = caller.run(outputs.size());
    List<Term> out = new ArrayList<>(results.length);
    for (int i = 0; i < results.length; i++) {
      TensorSpec s = outputs.get(i);
      EagerTerm t = new EagerTerm(results[i], s.dtype(), s.shape());
      made.add(t);
      out.add(t);
    }
    return out;
  }

  @Override
  public Term constant(NDArray value) {
    if (value.size() > SMALL) {
      return upload(value);
    }
    EagerTerm t = CONSTANTS.get(value);
    if (t == null) {
      t = upload(value);
      if (CONSTANTS.size() < MOST && CONSTANTS.putIfAbsent(value, t) == null) {
        made.remove(t); // it stays, in no one's ownership
      }
    }
    return t;
  }

  private EagerTerm upload(NDArray value) {
    EagerTerm t = new EagerTerm(HostTransfer.toNative(value, caller), value.dtype(), value.shape());
    made.add(t);
    return t;
  }

  @Override
  public Term retyped(Term t, TensorSpec spec) {
    EagerTerm e = (EagerTerm) t;
    EagerTerm same =
        new EagerTerm(HostTransfer.share(e.handle, caller), spec.dtype(), spec.shape());
    made.add(same);
    return same;
  }

  @Override
  public List<Term> loop(List<Term> carries, Body condition, Body body) {
    List<Term> now = carries;
    while (holds(condition, now)) {
      now = step(now, carries, body);
    }
    return now;
  }

  private boolean holds(Body condition, List<Term> carries) {
    Set<EagerTerm> outer = made;
    made = newSet();
    try {
      return read(condition.apply(new TensorFlowOps(this), carries).get(0)) != 0;
    } finally {
      free(made);
      made = outer;
    }
  }

  /** Runs a body, then frees all it made but its results, and the carries it was given. */
  private List<Term> step(List<Term> given, List<Term> first, Body body) {
    Set<EagerTerm> outer = made;
    made = newSet();
    List<Term> next;
    try {
      next = body.apply(new TensorFlowOps(this), given);
      for (Term t : next) {
        if (made.remove((EagerTerm) t)) {
          outer.add((EagerTerm) t);
        }
      }
    } finally {
      free(made);
      made = outer;
    }
    for (Term t : given) {
      if (!holdsSame(next, t) && !holdsSame(first, t) && made.remove((EagerTerm) t)) {
        ((EagerTerm) t).handle.release();
      }
    }
    return next;
  }

  private static boolean holdsSame(List<Term> terms, Term t) {
    for (Term o : terms) {
      if (o == t) {
        return true;
      }
    }
    return false;
  }

  @Override
  public List<Term> choose(
      Term index, List<Term> operands, List<Body> branches, List<TensorSpec> outputs) {
    return branches.get(read(index)).apply(new TensorFlowOps(this), operands);
  }

  @Override
  public List<Term> host(HostCall call, Site<Term> site) {
    List<NDArray> in = new ArrayList<>();
    for (int i = 0; i < site.inputs().size(); i++) {
      in.add(HostTransfer.toHost(((EagerTerm) site.input(i)).handle, site.in(i), caller));
    }
    List<NDArray> results = call.body().call(in);
    List<Term> out = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      TensorSpec given = results.get(i).spec();
      if (!given.dtype().equals(site.out(i).dtype())
          || !given.shape().isCompatible(site.out(i).shape())) {
        throw new IllegalStateException(
            "Host function " + call.function() + " gave " + given + ", expected " + site.out(i));
      }
      NDArray a = results.get(i);
      out.add(upload(NDArray.ofBytes(a.bytes(), NativeType.storage(a.dtype()), a.shape())));
    }
    return out;
  }

  private int read(Term scalar) {
    EagerTerm e = (EagerTerm) scalar;
    return HostTransfer.toHost(e.handle, TensorSpec.of(e.dtype()), caller).getInt(0);
  }

  @Override
  public List<Term> scan(Scan scan) {
    int length = read(scan.length());
    int carries = scan.carries().size();
    TensorFlowOps ops = new TensorFlowOps(this);
    List<List<Term>> results = new ArrayList<>();
    for (int i = 0; i < scan.results().size(); i++) {
      results.add(new ArrayList<>());
    }
    List<Term> now = scan.carries();
    for (int k = 0; k < length; k++) {
      int at = scan.reverse() ? length - 1 - k : k;
      Body body = (o, c) -> {
        List<Term> in = new ArrayList<>(c);
        for (Term s : scan.sequences()) {
          in.add(o.row(s, o.scalar(at)));
        }
        in.addAll(scan.invariants());
        List<Term> out = new ArrayList<>(scan.body().apply(o, in));
        for (int i = carries; i < out.size(); i++) {
          Term t = out.get(i);
          // a carry is freed a step later, a result is kept to the end
          out.set(i, retyped(t, new TensorSpec(t.shape(), t.dtype())));
        }
        return out;
      };
      List<Term> all = step(now, scan.carries(), body);
      now = all.subList(0, carries);
      for (int i = 0; i < results.size(); i++) {
        results.get(i).add(scan.reverse() ? 0 : k, all.get(carries + i));
      }
    }
    List<Term> out = new ArrayList<>(now);
    for (int i = 0; i < results.size(); i++) {
      TensorSpec s = scan.results().get(i);
      if (length == 0) {
        out.add(ops.constant(NDArray.zeros(s.dtype(), s.shape().insert(0, 0))));
      } else {
        out.add(ops.pack(results.get(i)));
      }
    }
    return out;
  }
}
