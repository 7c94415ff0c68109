package org.keras4j.backend.xla.runtime.embedded;

import static org.tensorflow.internal.c_api.global.tensorflow.TFE_DeleteOp;
import static org.tensorflow.internal.c_api.global.tensorflow.TFE_DeleteTensorHandle;
import static org.tensorflow.internal.c_api.global.tensorflow.TFE_Execute;
import static org.tensorflow.internal.c_api.global.tensorflow.TFE_NewOp;
import static org.tensorflow.internal.c_api.global.tensorflow.TFE_OpAddInputList;
import static org.tensorflow.internal.c_api.global.tensorflow.TFE_OpSetAttrBool;

import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerPointer;
import org.keras4j.backend.xla.runtime.OpenCalls;
import org.keras4j.backend.xla.runtime.ProgramSpec;
import org.keras4j.backend.xla.runtime.ProgramWatch;
import org.keras4j.backend.xla.runtime.TensorType;
import org.keras4j.backend.xla.runtime.XlaBuffer;
import org.keras4j.backend.xla.runtime.XlaDevice;
import org.keras4j.backend.xla.runtime.XlaProgram;
import org.keras4j.core.spi.SharedBytes;
import org.tensorflow.internal.c_api.TFE_Op;
import org.tensorflow.internal.c_api.TFE_TensorHandle;

/** A function of an arena. It is compiled when it first runs, on its own arguments' shapes. */
final class EmbeddedProgram implements XlaProgram {
  // makes the call one kernel that runs in the caller's thread, without a graph executor
  private static final BytePointer MUST_COMPILE = new BytePointer("_XlaMustCompile");

  private final EmbeddedRuntime runtime;
  private final ProgramSpec spec;
  private final XlaDevice device;
  private final Arena arena;
  private final BytePointer name;
  private final Use use;
  private final int[] donorOf; // by result: the argument whose place it takes, or -1
  private final Cleaner.Cleanable cleanable;

  EmbeddedProgram(EmbeddedRuntime runtime, ProgramSpec spec, Arena arena, String name) {
    this.runtime = runtime;
    this.spec = spec;
    this.device = runtime.devices().get(spec.device());
    this.arena = arena;
    this.name = new BytePointer(name);
    this.donorOf = new int[spec.results().size()];
    Arrays.fill(donorOf, -1);
    spec.donated().forEach((argument, result) -> donorOf[result] = argument);
    this.use = new Use(arena, runtime.programs());
    this.cleanable = EmbeddedRuntime.CLEANER.register(this, use::close);
  }

  @Override
  public ProgramSpec spec() {
    return spec;
  }

  @Override
  public XlaBuffer[] execute(XlaBuffer[] arguments) {
    spec.check(arguments);
    use.enter(spec.name());
    try {
      return run(arguments);
    } finally {
      use.leave();
      Reference.reachabilityFence(arguments);
      Reference.reachabilityFence(this); // and so its name
    }
  }

  private XlaBuffer[] run(XlaBuffer[] arguments) {
    CallFrame f = CallFrame.get();
    List<TensorType> results = spec.results();
    int n = results.size();
    PointerPointer<TFE_TensorHandle> outputs = f.outputs(n);
    TFE_Op op = TFE_NewOp(arena.context, name, f.status);
    f.check("Calling the program " + spec.name());
    try {
      TFE_OpSetAttrBool(op, MUST_COMPILE, (byte) 1);
      if (arguments.length > 0) {
        PointerPointer<TFE_TensorHandle> inputs = f.inputs(arguments.length);
        for (int i = 0; i < arguments.length; i++) {
          inputs.put(i, ((EmbeddedBuffer) arguments[i]).handle());
        }
        TFE_OpAddInputList(op, inputs, arguments.length, f.status);
        f.check("Passing arguments to the program " + spec.name());
      }
      f.count.put(0, n);
      TFE_Execute(op, outputs, f.count, f.status);
      f.check("The program " + spec.name());
    } finally {
      TFE_DeleteOp(op);
    }
    if (f.count.get(0) != n) {
      for (int i = 0; i < f.count.get(0); i++) {
        TFE_DeleteTensorHandle(new TFE_TensorHandle(outputs.get(i)));
      }
      throw new IllegalStateException(
          spec.name() + " gave " + f.count.get(0) + " results, expected " + n);
    }
    XlaBuffer[] out = new XlaBuffer[n];
    for (int i = 0; i < n; i++) {
      TFE_TensorHandle h = new TFE_TensorHandle(outputs.get(i));
      if (donorOf[i] < 0) {
        TensorType t = results.get(i);
        out[i] = new EmbeddedBuffer(
            device, t, h, arena, new SharedBytes(runtime.watch(device), t.bytes()));
      } else {
        EmbeddedBuffer b = (EmbeddedBuffer) arguments[donorOf[i]];
        b.become(h, arena);
        out[i] = b;
      }
    }
    return out;
  }

  @Override
  public void close() {
    cleanable.clean();
  }

  /** Lets the arena go when the program is closed and no call is under way. */
  private static final class Use {
    private final Arena arena;
    private final ProgramWatch programs;
    private final OpenCalls calls = new OpenCalls();

    Use(Arena arena, ProgramWatch programs) {
      this.arena = arena;
      this.programs = programs;
      programs.made();
    }

    void enter(String program) {
      if (!calls.enter()) {
        throw new IllegalStateException("The program " + program + " is closed");
      }
    }

    void leave() {
      if (calls.leave()) {
        release();
      }
    }

    void close() {
      if (calls.close()) {
        release();
      }
    }

    private void release() {
      programs.gone();
      arena.release();
    }
  }
}
