package org.keras4j.backend.tensorflow.runtime;

import static org.tensorflow.internal.c_api.global.tensorflow.*;

import java.lang.ref.Cleaner;
import java.util.List;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.javacpp.SizeTPointer;
import org.keras4j.core.spi.BackendException;
import org.keras4j.core.spi.BadIndexException;
import org.tensorflow.internal.c_api.TFE_Op;
import org.tensorflow.internal.c_api.TFE_TensorHandle;
import org.tensorflow.internal.c_api.TF_Status;

/**
 * One thread's native objects for calling operations: making them anew for every call would cost more
 * than most operations do.
 */
public final class Caller {
  private static final Cleaner CLEANER = Cleaner.create();
  // what an idle operation object is set to, so that it holds no tensors
  private static final BytePointer IDLE = Names.of("NoOp");
  private static final int LIST = 64;
  private static final Pattern BAD_INDEX =
      Pattern.compile("ind(ex|ices)\\S* = \\S+ is not in \\[0, ");

  private final TF_Status status = TF_NewStatus();
  private final TFE_Op op;
  private final IntPointer count = new IntPointer(1);
  private PointerPointer<TFE_TensorHandle> outputs = new PointerPointer<>(LIST);
  private LongPointer addresses = new LongPointer(outputs);
  private String type = "";

  Caller(Engine engine) {
    op = TFE_NewOp(engine.context(), IDLE, status);
    Engine.check(status, "a new operation");
    TFE_Op o = op;
    TF_Status s = status;
    CLEANER.register(this, () -> release(o, s));
  }

  private static void release(TFE_Op op, TF_Status status) {
    TFE_DeleteOp(op);
    TF_DeleteStatus(status);
  }

  TF_Status status() {
    return status;
  }

  /** Starts a call: sets the operation and its attributes. */
  public void begin(OpCall call) {
    begin(call.type());
    for (OpCall.Attribute a : call.attributes()) {
      set(Names.of(a.name()), a.value());
    }
  }

  /** Starts a call of an operation or function. */
  public void begin(String operation) {
    type = operation;
    TFE_OpReset(op, Names.of(operation), (BytePointer) null, status);
    if (TF_GetCode(status) != TF_OK) {
      throw failure();
    }
  }

  private void set(BytePointer name, Object value) {
    if (value instanceof Integer t) {
      TFE_OpSetAttrType(op, name, t);
    } else if (value instanceof Boolean b) {
      TFE_OpSetAttrBool(op, name, (byte) (b ? 1 : 0));
    } else if (value instanceof Long n) {
      TFE_OpSetAttrInt(op, name, n);
    } else if (value instanceof Float f) {
      TFE_OpSetAttrFloat(op, name, f);
    } else if (value instanceof String s) {
      BytePointer p = Names.of(s);
      TFE_OpSetAttrString(op, name, p, p.limit());
    } else if (value instanceof long[] l) {
      TFE_OpSetAttrIntList(op, name, l, l.length);
    } else if (value instanceof int[] t) {
      TFE_OpSetAttrTypeList(op, name, t, t.length);
    } else if (value instanceof OpCall.Dims d) {
      TFE_OpSetAttrShape(op, name, d.dims(), d.dims().length, status);
    } else if (value instanceof OpCall.Function f) {
      BytePointer p = Names.of(f.name());
      TFE_OpSetAttrFunctionName(op, name, p, p.limit());
    } else if (value instanceof String[] s) {
      setTexts(name, s);
    } else {
      throw new IllegalArgumentException("An attribute cannot be " + value.getClass());
    }
  }

  private void setTexts(BytePointer name, String[] texts) {
    try (PointerPointer<Pointer> list = new PointerPointer<>(Math.max(1, texts.length));
        SizeTPointer lengths = new SizeTPointer(Math.max(1, texts.length))) {
      for (int i = 0; i < texts.length; i++) {
        BytePointer p = Names.of(texts[i]);
        list.put(i, p);
        lengths.put(i, p.limit());
      }
      TFE_OpSetAttrStringList(op, name, list, lengths, texts.length);
    }
  }

  /** Gives the attribute of a function call that says how its graph is optimized. */
  public void config(BytePointer name, BytePointer value) {
    TFE_OpSetAttrString(op, name, value, value.limit());
  }

  /** Sets one boolean attribute. */
  public void flag(String name, boolean value) {
    TFE_OpSetAttrBool(op, Names.of(name), (byte) (value ? 1 : 0));
  }

  /** The device to run on; null leaves it to TensorFlow. */
  public void device(BytePointer device) {
    TFE_OpSetDevice(op, device, status);
    if (TF_GetCode(status) != TF_OK) {
      throw failure();
    }
  }

  /** Adds the next input. */
  public void input(TFE_TensorHandle handle) {
    TFE_OpAddInput(op, handle, status);
    if (TF_GetCode(status) != TF_OK) {
      throw failure();
    }
  }

  /** Adds an input that is a list. */
  public void inputs(List<? extends TFE_TensorHandle> handles) {
    try (PointerPointer<TFE_TensorHandle> list =
        new PointerPointer<>(Math.max(1, handles.size()))) {
      for (int i = 0; i < handles.size(); i++) {
        list.put(i, handles.get(i));
      }
      TFE_OpAddInputList(op, list, handles.size(), status);
    }
    if (TF_GetCode(status) != TF_OK) {
      throw failure();
    }
  }

  /**
   * Runs what was begun.
   *
   * @param results how many tensors it gives
   * @return them, owned by the caller
   * @throws BackendException if TensorFlow fails
   */
  public Handle[] run(int results) {
    if (results > outputs.capacity()) {
      outputs = new PointerPointer<>(2L * results);
      addresses = new LongPointer(outputs);
    }
    count.put(results);
    TFE_Execute(op, outputs, count, status);
    if (TF_GetCode(status) != TF_OK) {
      throw failure();
    }
    Handle[] out = new Handle[results];
    for (int i = 0; i < results; i++) {
      out[i] = new Handle(addresses.get(i));
    }
    return out;
  }

  /** Lets go of the inputs of the last call. */
  public void idle() {
    TFE_OpReset(op, IDLE, (BytePointer) null, status);
    TF_SetStatus(status, TF_OK, (BytePointer) null);
  }

  private BackendException failure() {
    int code = TF_GetCode(status);
    String message = firstLine(TF_Message(status).getString());
    idle();
    if (BAD_INDEX.matcher(message).find()) {
      return new BadIndexException("TensorFlow failed in " + type + ": " + message);
    }
    return new BackendException(
        code == TF_RESOURCE_EXHAUSTED
            ? "TensorFlow ran out of memory in " + type + ": " + message
            : "TensorFlow failed in " + type + ": " + message);
  }

  // the rest is TensorFlow's own stack, and device names around the operation's say nothing here
  private static String firstLine(String message) {
    int end = message.indexOf('\n');
    String line = end < 0 ? message : message.substring(0, end);
    return line.replaceFirst("^\\{\\{function_node [^}]*\\}\\} ?", "");
  }
}
