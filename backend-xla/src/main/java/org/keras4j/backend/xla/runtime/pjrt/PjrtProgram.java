package org.keras4j.backend.xla.runtime.pjrt;

import static org.lwjgl.system.MemoryUtil.memGetAddress;
import static org.lwjgl.system.MemoryUtil.memPutAddress;
import static org.lwjgl.system.MemoryUtil.memPutLong;

import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.List;
import org.keras4j.backend.xla.runtime.OpenCalls;
import org.keras4j.backend.xla.runtime.ProgramSpec;
import org.keras4j.backend.xla.runtime.TensorType;
import org.keras4j.backend.xla.runtime.XlaBuffer;
import org.keras4j.backend.xla.runtime.XlaDevice;
import org.keras4j.backend.xla.runtime.XlaException;
import org.keras4j.backend.xla.runtime.XlaProgram;

/** An executable of a plugin, on one device or several. */
final class PjrtProgram implements XlaProgram {
  private final PjrtRuntime runtime;
  private final ProgramSpec spec;
  private final XlaDevice[] devices;
  private final Use use;
  private final TensorType[] results;
  private final int[] donorOf; // by result: the argument whose memory it takes, or -1
  private final Cleaner.Cleanable cleanable;

  PjrtProgram(PjrtRuntime runtime, ProgramSpec spec, List<XlaDevice> devices, long executable) {
    this.runtime = runtime;
    this.spec = spec;
    this.devices = devices.toArray(new XlaDevice[0]);
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
    int lists = devices.length;
    int all = arguments.length;
    int n = all / lists;
    int m = results.length;
    long in = frame.arguments(all + lists);
    long out = frame.results(m * lists + lists);
    // behind the last word of each are the lists' own addresses, one a device
    long ins = in + 8L * all;
    long outs = out + 8L * m * lists;
    for (int d = 0; d < lists; d++) {
      memPutAddress(ins + 8L * d, in + 8L * n * d);
      memPutAddress(outs + 8L * d, out + 8L * m * d);
    }
    for (int i = 0; i < all; i++) {
      memPutAddress(in + 8L * i, ((PjrtBuffer) arguments[i]).address());
    }
    for (int i = 0; i < m * lists; i++) {
      memPutAddress(out + 8L * i, 0);
    }
    long options = frame.struct(1, PjrtLayout.ExecuteOptions.SIZE);
    long s = frame.struct(0, PjrtLayout.LoadedExecutableExecute.SIZE);
    memPutAddress(s + PjrtLayout.LoadedExecutableExecute.EXECUTABLE, use.executable);
    memPutAddress(s + PjrtLayout.LoadedExecutableExecute.OPTIONS, options);
    memPutAddress(s + PjrtLayout.LoadedExecutableExecute.ARGUMENT_LISTS, ins);
    memPutLong(s + PjrtLayout.LoadedExecutableExecute.NUM_DEVICES, lists);
    memPutLong(s + PjrtLayout.LoadedExecutableExecute.NUM_ARGS, n);
    memPutAddress(s + PjrtLayout.LoadedExecutableExecute.OUTPUT_LISTS, outs);
    PjrtFunctions f = runtime.functions();
    f.api.call(f.execute, s);
    XlaBuffer[] made = new XlaBuffer[m * lists];
    for (int i = 0; i < made.length; i++) {
      long address = memGetAddress(out + 8L * i);
      int donor = donorOf[i % m];
      if (donor < 0) {
        made[i] = new PjrtBuffer(runtime, results[i % m], devices[i / m], address);
      } else {
        int from = i / m * n + donor;
        PjrtBuffer b = (PjrtBuffer) arguments[from];
        long before = memGetAddress(in + 8L * from);
        b.become(before, address);
        made[i] = b;
      }
    }
    destroyDonated(f, in, n);
    return made;
  }

  // the handles of the arguments that became results; their memory is the results' now
  private void destroyDonated(PjrtFunctions f, long in, int n) {
    for (int d = 0; d < devices.length; d++) {
      for (int donor : donorOf) {
        if (donor >= 0) {
          f.destroyBuffer(memGetAddress(in + 8L * (n * d + donor)));
        }
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
