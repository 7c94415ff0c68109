package org.keras4j.backend.pytorch;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.bytedeco.pytorch.Block;
import org.bytedeco.pytorch.BlockArrayRef;
import org.bytedeco.pytorch.Graph;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.IValueVectorConsumer;
import org.bytedeco.pytorch.JitNode;
import org.bytedeco.pytorch.ProfileIValueOp;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.Value;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * Lets a TorchScript function call Java. The text says {@code torch._foreach_add([inputs..., outputs...],
 * id)}, an operation written nowhere else; in the compiled graph these nodes are replaced by ones that
 * hand the list to Java, which fills the outputs.
 */
final class HostCallbacks {
  /** What is called: all tensors of the list; the outputs are written in place. */
  interface Callback {
    void call(TensorVector tensors);
  }

  private static final String MARK = "aten::_foreach_add";
  private static final AtomicLong IDS = new AtomicLong(1L << 40);
  private static final Map<Long, Callback> CALLBACKS = new ConcurrentHashMap<>();
  private static final ThreadLocal<@Nullable Throwable> FAILURE = new ThreadLocal<>();

  /** One object for all calls: JavaCPP has few native entry points for each callback type. */
  private static final class Entry extends IValueVectorConsumer {
    @Override
    public void call(IValueVector stack) {
      // on top of the interpreter's stack: the list, the id, and a number it adds
      long n = stack.size();
      try {
        Callback c = CALLBACKS.get(stack.get(n - 2).toInt());
        if (c == null) {
          throw new IllegalStateException("The function that this graph calls is gone");
        }
        try (TensorVector tensors = stack.get(n - 3).toTensorVector()) {
          c.call(tensors);
        }
      } catch (RuntimeException | Error e) {
        FAILURE.set(e);
        throw e;
      }
      stack.resize(n - 2);
    }
  }

  private static @Nullable Entry entry;

  private HostCallbacks() {}

  /** Registers a callback; the id stands for it in texts. */
  static long register(Callback c) {
    long id = IDS.incrementAndGet();
    CALLBACKS.put(id, c);
    return id;
  }

  static void unregister(List<Long> ids) {
    ids.forEach(CALLBACKS::remove);
  }

  /** What Java threw during a call that failed, once; null if the failure was not Java's. */
  static @Nullable Throwable takeFailure() {
    Throwable t = FAILURE.get();
    if (t != null) {
      FAILURE.remove();
    }
    return t;
  }

  /** Replaces the marked nodes. */
  static synchronized void link(Graph graph) {
    if (entry == null) {
      entry = new Entry();
    }
    link(graph, graph.block(), entry);
  }

  private static void link(Graph graph, Block block, Entry target) {
    JitNode end = block.return_node();
    JitNode next;
    for (JitNode n = block.nodes().front(); !n.equals(end); n = next) {
      next = n.next();
      BlockArrayRef inner = n.blocks();
      for (long i = 0; i < inner.size(); i++) {
        link(graph, inner.get(i), target);
      }
      if (n.kind().toQualString().getString().equals(MARK) && isId(n.input(1))) {
        ProfileIValueOp call = new ProfileIValueOp(graph, target);
        call.addInput(n.input(0));
        call.addInput(n.input(1));
        call.insertBefore(n);
        call.deallocate(false); // the graph owns its nodes
        Value out = call.outputs().size() == 0 ? call.addOutput() : call.output(0);
        out.setType(n.output(0).type());
        n.output(0).replaceAllUsesWith(out);
        n.destroy();
      }
    }
  }

  private static boolean isId(Value v) {
    IValue constant = torch.toIValue(v).get();
    return constant.isInt() && CALLBACKS.containsKey(constant.toInt());
  }
}
