package org.keras4j.backend.xla.runtime.pjrt;

import static org.lwjgl.system.MemoryUtil.memGetAddress;
import static org.lwjgl.system.MemoryUtil.memPutAddress;
import static org.lwjgl.system.MemoryUtil.memPutLong;

import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.Arrays;
import org.keras4j.backend.xla.runtime.OpenCalls;
import org.keras4j.backend.xla.runtime.ProgramSpec;
import org.keras4j.backend.xla.runtime.TensorType;
import org.keras4j.backend.xla.runtime.XlaBuffer;
import org.keras4j.backend.xla.runtime.XlaDevice;
import org.keras4j.backend.xla.runtime.XlaException;
import org.keras4j.backend.xla.runtime.XlaProgram;

/** An executable of a plugin, on one device. */
final class PjrtProgram implements XlaProgram {
  private final PjrtRuntime runtime;
  private final ProgramSpec spec;
  private final XlaDevice device;
  private final Use use;
  private final TensorType[] results;
  private final int[] donorOf; // by result: the argument whose memory it takes, or -1
  private final Cleaner.Cleanable cleanable;

  PjrtProgram(PjrtRuntime runtime, ProgramSpec spec, XlaDevice device, long executable) {
    this.runtime = runtime;
    this.spec = spec;
    this.device = device;
    this.use = new Use(runtime, executable);
    this.results = spec.results().toArray(new TensorType[0]);
    this.donorOf = new int[results.length];
    Arrays.fill(donorOf, -1);
    spec.donated().forEach((argument, result) -> donorOf[result] = argument);
    this.cleanable = PjrtRuntime.CLEANER.register(this, use);
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
      runtime.drain();
      return run(arguments);
    } catch (XlaException e) {
      throw e.during("The program " + spec.name());
    } finally {
      use.leave();
      Reference.reachabilityFence(arguments);
    }
  }

  private XlaBuffer[] run(XlaBuffer[] arguments) {
    Frame frame = Frame.get();
    int n = arguments.length;
    int m = results.length;
    long in = frame.arguments(n + 1);
    long out = frame.results(m + 1);
    // the last word of each is the list of lists, of one device
    memPutAddress(in + 8L * n, in);
    memPutAddress(out + 8L * m, out);
    for (int i = 0; i < n; i++) {
      memPutAddress(in + 8L * i, ((PjrtBuffer) arguments[i]).address());
    }
    for (int i = 0; i < m; i++) {
      memPutAddress(out + 8L * i, 0);
    }
    long options = frame.struct(1, PjrtLayout.ExecuteOptions.SIZE);
    long s = frame.struct(0, PjrtLayout.LoadedExecutableExecute.SIZE);
    memPutAddress(s + PjrtLayout.LoadedExecutableExecute.EXECUTABLE, use.executable);
    memPutAddress(s + PjrtLayout.LoadedExecutableExecute.OPTIONS, options);
    memPutAddress(s + PjrtLayout.LoadedExecutableExecute.ARGUMENT_LISTS, in + 8L * n);
    memPutLong(s + PjrtLayout.LoadedExecutableExecute.NUM_DEVICES, 1);
    memPutLong(s + PjrtLayout.LoadedExecutableExecute.NUM_ARGS, n);
    memPutAddress(s + PjrtLayout.LoadedExecutableExecute.OUTPUT_LISTS, out + 8L * m);
    PjrtFunctions f = runtime.functions();
    f.api.call(f.execute, s);
    XlaBuffer[] made = new XlaBuffer[m];
    for (int i = 0; i < m; i++) {
      long address = memGetAddress(out + 8L * i);
      int donor = donorOf[i];
      if (donor < 0) {
        made[i] = new PjrtBuffer(runtime, results[i], device, address);
      } else {
        PjrtBuffer b = (PjrtBuffer) arguments[donor];
        b.become(memGetAddress(in + 8L * donor), address);
        made[i] = b;
      }
    }
    destroyDonated(f, in);
    return made;
  }

  // the handles of the arguments that became results; their memory is the results' now
  private void destroyDonated(PjrtFunctions f, long in) {
    for (int donor : donorOf) {
      if (donor >= 0) {
        f.destroyBuffer(memGetAddress(in + 8L * donor));
      }
    }
  }

  @Override
  public void close() {
    cleanable.clean();
  }

  /** Destroys the executable when the program is closed and no call is under way. */
  private static final class Use implements Runnable {
    final long executable;
    private final PjrtRuntime runtime;
    private final OpenCalls calls = new OpenCalls();

    Use(PjrtRuntime runtime, long executable) {
      this.runtime = runtime;
      this.executable = executable;
      runtime.programs().made();
    }

    void enter(String program) {
      if (!calls.enter()) {
        throw new IllegalStateException("The program " + program + " is closed");
      }
    }

    void leave() {
      if (calls.leave()) {
        destroy();
      }
    }

    @Override
    public void run() {
      if (calls.close()) {
        destroy();
      }
    }

    private void destroy() {
      runtime.programs().gone();
      runtime.destroyExecutable(executable);
    }
  }
}
