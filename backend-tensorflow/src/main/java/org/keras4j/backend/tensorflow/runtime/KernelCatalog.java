package org.keras4j.backend.tensorflow.runtime;

import static org.tensorflow.internal.c_api.global.tensorflow.TF_DeleteBuffer;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_DeleteStatus;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_GetCode;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_GetRegisteredKernelsForOp;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_NewStatus;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.bytedeco.javacpp.BytePointer;
import org.keras4j.core.DType;
import org.keras4j.core.spi.BackendException;
import org.tensorflow.internal.c_api.TF_Buffer;
import org.tensorflow.internal.c_api.TF_Status;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.KernelDef;
import org.tensorflow.proto.KernelList;

/**
 * Which element types TensorFlow's CPU kernels take, asked of the library itself, and the wider type in
 * which to compute where there is no kernel.
 */
public final class KernelCatalog {
  private static final ConcurrentHashMap<String, Set<DType>> KNOWN = new ConcurrentHashMap<>();
  private static final ConcurrentHashMap<String, DType> CARRIERS = new ConcurrentHashMap<>();

  private KernelCatalog() {}

  /**
   * The type in which an operation computes for values of a dtype: itself if there is a kernel, else the
   * nearest that holds all its values.
   *
   * @param attribute the operation's type attribute
   * @throws BackendException if there is none
   */
  public static DType carrier(String op, String attribute, DType dtype) {
    if (dtype == DType.FLOAT32) {
      return dtype; // every operation used here has it, and asking takes a while
    }
    String key = op + '/' + dtype;
    DType c = CARRIERS.get(key);
    if (c == null) {
      c = find(op, attribute, dtype);
      CARRIERS.put(key, c);
    }
    return c;
  }

  private static DType find(String op, String attribute, DType dtype) {
    Set<DType> have = KNOWN.computeIfAbsent(op + '/' + attribute, k -> ask(op, attribute));
    if (have.contains(dtype)) {
      return dtype;
    }
    DType[] wider = switch (dtype) {
      case BOOL -> new DType[] {DType.UINT8, DType.INT32};
      case INT4, UINT4, INT8, UINT8, INT16, UINT16 ->
        new DType[] {DType.INT32, DType.INT64, DType.FLOAT32};
      case INT32 -> new DType[] {DType.INT64, DType.FLOAT64};
      case UINT32 -> new DType[] {DType.INT64, DType.FLOAT64};
      case FLOAT16, BFLOAT16, FLOAT8_E4M3FN, FLOAT8_E5M2 -> new DType[] {DType.FLOAT32};
      case COMPLEX64 -> new DType[] {DType.COMPLEX128};
      default -> new DType[0];
    };
    for (DType w : wider) {
      if (have.contains(w)) {
        return w;
      }
    }
    throw new BackendException("TensorFlow's " + op + " is not defined for dtype " + dtype);
  }

  private static Set<DType> ask(String op, String attribute) {
    Set<DType> types = EnumSet.noneOf(DType.class);
    TF_Status status = TF_NewStatus();
    TF_Buffer buffer = null;
    try {
      buffer = TF_GetRegisteredKernelsForOp(Names.of(op), status);
      if (TF_GetCode(status) != 0) {
        throw new BackendException("TensorFlow knows no operation " + op);
      }
      byte[] bytes = new byte[Math.toIntExact(buffer.length())];
      new BytePointer(buffer.data()).get(bytes);
      for (KernelDef k : KernelList.parseFrom(bytes).getKernelList()) {
        if (k.getDeviceType().equals("CPU")) {
          add(types, k, attribute);
        }
      }
      return types;
    } catch (InvalidProtocolBufferException e) {
      throw new BackendException("TensorFlow's list of kernels cannot be read", e);
    } finally {
      TF_DeleteBuffer(buffer);
      TF_DeleteStatus(status);
    }
  }

  private static void add(Set<DType> types, KernelDef kernel, String attribute) {
    boolean constrained = false;
    for (KernelDef.AttrConstraint c : kernel.getConstraintList()) {
      if (c.getName().equals(attribute)) {
        constrained = true;
        for (DataType t : c.getAllowedValues().getList().getTypeList()) {
          for (DType d : DType.values()) {
            if (NativeType.code(d) == t.getNumber()) {
              types.add(d);
            }
          }
        }
      }
    }
    if (!constrained) {
      types.addAll(EnumSet.allOf(DType.class));
    }
  }
}
