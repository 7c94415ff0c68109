// size b
// input x0 float32(b, 6)
// weight w0 dense/kernel float32(6, 8)
// weight w1 norm/scale float32(8)
// weight w2 out/bias float32(3)
// weight w3 out/kernel float32(8, 3)
// constant w4 norm/mean float32(8)
// constant w5 norm/var float32(8)
// seed key uint32(2)
// cotangent y0 float32(b, 3)
// gradient g0 float32(6, 8)
// gradient g1 float32(8)
// gradient g2 float32(3)
// gradient g3 float32(8, 3)
// gradient g4 float32(b, 6)
module @jit_gradient attributes {jax.uses_shape_polymorphism = true, mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<?x6xf32>, %arg1: tensor<6x8xf32>, %arg2: tensor<8xf32>, %arg3: tensor<3xf32>, %arg4: tensor<8x3xf32>, %arg5: tensor<8xf32>, %arg6: tensor<8xf32>, %arg7: tensor<2xui32>, %arg8: tensor<?x3xf32>) -> (tensor<6x8xf32> {jax.result_info = "result[0]"}, tensor<8xf32> {jax.result_info = "result[1]"}, tensor<3xf32> {jax.result_info = "result[2]"}, tensor<8x3xf32> {jax.result_info = "result[3]"}, tensor<?x6xf32> {jax.result_info = "result[4]"}) {
    %c = stablehlo.constant dense<1> : tensor<i32>
    %0 = stablehlo.get_dimension_size %arg0, dim = 0 : (tensor<?x6xf32>) -> tensor<i32>
    %1 = stablehlo.get_dimension_size %arg8, dim = 0 : (tensor<?x3xf32>) -> tensor<i32>
    %2 = stablehlo.compare GE, %0, %c, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %3 = stablehlo.compare EQ, %1, %0, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %4:5 = call @_wrapped_jax_export_main(%0, %arg0, %arg1, %arg2, %arg3, %arg4, %arg5, %arg6, %arg7, %arg8) : (tensor<i32>, tensor<?x6xf32>, tensor<6x8xf32>, tensor<8xf32>, tensor<3xf32>, tensor<8x3xf32>, tensor<8xf32>, tensor<8xf32>, tensor<2xui32>, tensor<?x3xf32>) -> (tensor<6x8xf32>, tensor<8xf32>, tensor<3xf32>, tensor<8x3xf32>, tensor<?x6xf32>)
    return %4#0, %4#1, %4#2, %4#3, %4#4 : tensor<6x8xf32>, tensor<8xf32>, tensor<3xf32>, tensor<8x3xf32>, tensor<?x6xf32>
  }
  func.func private @_wrapped_jax_export_main(%arg0: tensor<i32> {jax.global_constant = "b"}, %arg1: tensor<?x6xf32>, %arg2: tensor<6x8xf32>, %arg3: tensor<8xf32>, %arg4: tensor<3xf32>, %arg5: tensor<8x3xf32>, %arg6: tensor<8xf32>, %arg7: tensor<8xf32>, %arg8: tensor<2xui32>, %arg9: tensor<?x3xf32>) -> (tensor<6x8xf32> {jax.result_info = "result[0]"}, tensor<8xf32> {jax.result_info = "result[1]"}, tensor<3xf32> {jax.result_info = "result[2]"}, tensor<8x3xf32> {jax.result_info = "result[3]"}, tensor<?x6xf32> {jax.result_info = "result[4]"}) {
    %cst = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %cst_0 = stablehlo.constant dense<5.000000e-01> : tensor<f32>
    %cst_1 = stablehlo.constant dense<1.000000e-03> : tensor<f32>
    %c = stablehlo.constant dense<8> : tensor<1xi32>
    %c_2 = stablehlo.constant dense<0> : tensor<i32>
    %cst_3 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %0 = stablehlo.dot_general %arg1, %arg2, contracting_dims = [1] x [0] : (tensor<?x6xf32>, tensor<6x8xf32>) -> tensor<?x8xf32>
    %1 = stablehlo.convert %arg0 : (tensor<i32>) -> tensor<f32>
    %2 = stablehlo.reduce(%0 init: %cst_3) applies stablehlo.add across dimensions = [0] : (tensor<?x8xf32>, tensor<f32>) -> tensor<8xf32>
    %3 = stablehlo.broadcast_in_dim %1, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %4 = stablehlo.divide %2, %3 : tensor<8xf32>
    %5:6 = call @_var(%arg0, %0, %c_2) : (tensor<i32>, tensor<?x8xf32>, tensor<i32>) -> (tensor<8xf32>, tensor<f32>, tensor<?x8xf32>, tensor<f32>, tensor<i1>, tensor<8xf32>)
    %6 = stablehlo.broadcast_in_dim %4, dims = [1] : (tensor<8xf32>) -> tensor<1x8xf32>
    %7 = stablehlo.reshape %arg0 : (tensor<i32>) -> tensor<1xi32>
    %8 = stablehlo.concatenate %7, %c, dim = 0 : (tensor<1xi32>, tensor<1xi32>) -> tensor<2xi32>
    %9 = stablehlo.dynamic_broadcast_in_dim %6, %8, dims = [0, 1] : (tensor<1x8xf32>, tensor<2xi32>) -> tensor<?x8xf32>
    %10 = stablehlo.subtract %0, %9 : tensor<?x8xf32>
    %11 = stablehlo.broadcast_in_dim %cst_1, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %12 = stablehlo.add %5#0, %11 : tensor<8xf32>
    %13 = stablehlo.sqrt %12 : tensor<8xf32>
    %14 = stablehlo.broadcast_in_dim %cst_0, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %15 = stablehlo.divide %14, %13 : tensor<8xf32>
    %16 = stablehlo.broadcast_in_dim %13, dims = [1] : (tensor<8xf32>) -> tensor<1x8xf32>
    %17 = stablehlo.reshape %arg0 : (tensor<i32>) -> tensor<1xi32>
    %18 = stablehlo.concatenate %17, %c, dim = 0 : (tensor<1xi32>, tensor<1xi32>) -> tensor<2xi32>
    %19 = stablehlo.dynamic_broadcast_in_dim %16, %18, dims = [0, 1] : (tensor<1x8xf32>, tensor<2xi32>) -> tensor<?x8xf32>
    %20 = stablehlo.divide %10, %19 : tensor<?x8xf32>
    %21 = stablehlo.multiply %16, %16 : tensor<1x8xf32>
    %22 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<1x8xf32>
    %23 = stablehlo.divide %22, %21 : tensor<1x8xf32>
    %24 = stablehlo.broadcast_in_dim %arg3, dims = [1] : (tensor<8xf32>) -> tensor<1x8xf32>
    %25 = stablehlo.reshape %arg0 : (tensor<i32>) -> tensor<1xi32>
    %26 = stablehlo.concatenate %25, %c, dim = 0 : (tensor<1xi32>, tensor<1xi32>) -> tensor<2xi32>
    %27 = stablehlo.dynamic_broadcast_in_dim %24, %26, dims = [0, 1] : (tensor<1x8xf32>, tensor<2xi32>) -> tensor<?x8xf32>
    %28 = stablehlo.multiply %20, %27 : tensor<?x8xf32>
    %29 = stablehlo.tanh %28 : tensor<?x8xf32>
    %30 = stablehlo.reshape %arg0 : (tensor<i32>) -> tensor<1xi32>
    %31 = stablehlo.concatenate %30, %c, dim = 0 : (tensor<1xi32>, tensor<1xi32>) -> tensor<2xi32>
    %32 = stablehlo.dynamic_broadcast_in_dim %cst, %31, dims = [] : (tensor<f32>, tensor<2xi32>) -> tensor<?x8xf32>
    %33 = stablehlo.subtract %32, %29 : tensor<?x8xf32>
    %34 = stablehlo.reduce(%arg9 init: %cst_3) applies stablehlo.add across dimensions = [0] : (tensor<?x3xf32>, tensor<f32>) -> tensor<3xf32>
    %35 = stablehlo.reshape %34 : (tensor<3xf32>) -> tensor<1x3xf32>
    %36 = stablehlo.reduce(%35 init: %cst_3) applies stablehlo.add across dimensions = [0] : (tensor<1x3xf32>, tensor<f32>) -> tensor<3xf32>
    %37 = stablehlo.dot_general %arg9, %29, contracting_dims = [0] x [0] : (tensor<?x3xf32>, tensor<?x8xf32>) -> tensor<3x8xf32>
    %38 = stablehlo.transpose %37, dims = [1, 0] : (tensor<3x8xf32>) -> tensor<8x3xf32>
    %39 = stablehlo.dot_general %arg9, %arg5, contracting_dims = [1] x [1] : (tensor<?x3xf32>, tensor<8x3xf32>) -> tensor<?x8xf32>
    %40 = stablehlo.multiply %39, %33 : tensor<?x8xf32>
    %41 = stablehlo.multiply %40, %29 : tensor<?x8xf32>
    %42 = stablehlo.add %40, %41 : tensor<?x8xf32>
    %43 = stablehlo.multiply %20, %42 : tensor<?x8xf32>
    %44 = stablehlo.reduce(%43 init: %cst_3) applies stablehlo.add across dimensions = [0] : (tensor<?x8xf32>, tensor<f32>) -> tensor<8xf32>
    %45 = stablehlo.reshape %44 : (tensor<8xf32>) -> tensor<1x8xf32>
    %46 = stablehlo.reshape %arg0 : (tensor<i32>) -> tensor<1xi32>
    %47 = stablehlo.concatenate %46, %c, dim = 0 : (tensor<1xi32>, tensor<1xi32>) -> tensor<2xi32>
    %48 = stablehlo.dynamic_broadcast_in_dim %24, %47, dims = [0, 1] : (tensor<1x8xf32>, tensor<2xi32>) -> tensor<?x8xf32>
    %49 = stablehlo.multiply %42, %48 : tensor<?x8xf32>
    %50 = stablehlo.reduce(%45 init: %cst_3) applies stablehlo.add across dimensions = [0] : (tensor<1x8xf32>, tensor<f32>) -> tensor<8xf32>
    %51 = stablehlo.reshape %arg0 : (tensor<i32>) -> tensor<1xi32>
    %52 = stablehlo.concatenate %51, %c, dim = 0 : (tensor<1xi32>, tensor<1xi32>) -> tensor<2xi32>
    %53 = stablehlo.dynamic_broadcast_in_dim %23, %52, dims = [0, 1] : (tensor<1x8xf32>, tensor<2xi32>) -> tensor<?x8xf32>
    %54 = stablehlo.multiply %49, %53 : tensor<?x8xf32>
    %55 = stablehlo.multiply %54, %10 : tensor<?x8xf32>
    %56 = stablehlo.reduce(%55 init: %cst_3) applies stablehlo.add across dimensions = [0] : (tensor<?x8xf32>, tensor<f32>) -> tensor<8xf32>
    %57 = stablehlo.reshape %56 : (tensor<8xf32>) -> tensor<1x8xf32>
    %58 = stablehlo.negate %57 : tensor<1x8xf32>
    %59 = stablehlo.reshape %arg0 : (tensor<i32>) -> tensor<1xi32>
    %60 = stablehlo.concatenate %59, %c, dim = 0 : (tensor<1xi32>, tensor<1xi32>) -> tensor<2xi32>
    %61 = stablehlo.dynamic_broadcast_in_dim %16, %60, dims = [0, 1] : (tensor<1x8xf32>, tensor<2xi32>) -> tensor<?x8xf32>
    %62 = stablehlo.divide %49, %61 : tensor<?x8xf32>
    %63 = stablehlo.reduce(%58 init: %cst_3) applies stablehlo.add across dimensions = [0] : (tensor<1x8xf32>, tensor<f32>) -> tensor<8xf32>
    %64 = stablehlo.multiply %63, %15 : tensor<8xf32>
    %65 = stablehlo.negate %62 : tensor<?x8xf32>
    %66 = stablehlo.reduce(%65 init: %cst_3) applies stablehlo.add across dimensions = [0] : (tensor<?x8xf32>, tensor<f32>) -> tensor<8xf32>
    %67 = stablehlo.reshape %66 : (tensor<8xf32>) -> tensor<1x8xf32>
    %68 = stablehlo.reduce(%67 init: %cst_3) applies stablehlo.add across dimensions = [0] : (tensor<1x8xf32>, tensor<f32>) -> tensor<8xf32>
    %69 = call @_var_0(%arg0, %5#1, %5#2, %5#3, %5#4, %5#5, %64) : (tensor<i32>, tensor<f32>, tensor<?x8xf32>, tensor<f32>, tensor<i1>, tensor<8xf32>, tensor<8xf32>) -> tensor<?x8xf32>
    %70 = stablehlo.add %62, %69 : tensor<?x8xf32>
    %71 = stablehlo.broadcast_in_dim %1, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %72 = stablehlo.divide %68, %71 : tensor<8xf32>
    %73 = stablehlo.reshape %arg0 : (tensor<i32>) -> tensor<1xi32>
    %74 = stablehlo.concatenate %73, %c, dim = 0 : (tensor<1xi32>, tensor<1xi32>) -> tensor<2xi32>
    %75 = stablehlo.dynamic_broadcast_in_dim %72, %74, dims = [1] : (tensor<8xf32>, tensor<2xi32>) -> tensor<?x8xf32>
    %76 = stablehlo.add %70, %75 : tensor<?x8xf32>
    %77 = stablehlo.dot_general %76, %arg1, contracting_dims = [0] x [0] : (tensor<?x8xf32>, tensor<?x6xf32>) -> tensor<8x6xf32>
    %78 = stablehlo.transpose %77, dims = [1, 0] : (tensor<8x6xf32>) -> tensor<6x8xf32>
    %79 = stablehlo.dot_general %76, %arg2, contracting_dims = [1] x [1] : (tensor<?x8xf32>, tensor<6x8xf32>) -> tensor<?x6xf32>
    return %78, %50, %36, %38, %79 : tensor<6x8xf32>, tensor<8xf32>, tensor<3xf32>, tensor<8x3xf32>, tensor<?x6xf32>
  }
  func.func private @_var(%arg0: tensor<i32> {jax.global_constant = "b"}, %arg1: tensor<?x8xf32>, %arg2: tensor<i32>) -> (tensor<8xf32>, tensor<f32>, tensor<?x8xf32>, tensor<f32>, tensor<i1>, tensor<8xf32>) {
    %cst = stablehlo.constant dense<0x7FC00000> : tensor<f32>
    %cst_0 = stablehlo.constant dense<2.000000e+00> : tensor<f32>
    %c = stablehlo.constant dense<8> : tensor<1xi32>
    %cst_1 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %0 = stablehlo.convert %arg0 : (tensor<i32>) -> tensor<f32>
    %1 = stablehlo.reduce(%arg1 init: %cst_1) applies stablehlo.add across dimensions = [0] : (tensor<?x8xf32>, tensor<f32>) -> tensor<8xf32>
    %2 = stablehlo.broadcast_in_dim %1, dims = [1] : (tensor<8xf32>) -> tensor<1x8xf32>
    %3 = stablehlo.broadcast_in_dim %0, dims = [] : (tensor<f32>) -> tensor<1x8xf32>
    %4 = stablehlo.divide %2, %3 : tensor<1x8xf32>
    %5 = stablehlo.reshape %arg0 : (tensor<i32>) -> tensor<1xi32>
    %6 = stablehlo.concatenate %5, %c, dim = 0 : (tensor<1xi32>, tensor<1xi32>) -> tensor<2xi32>
    %7 = stablehlo.dynamic_broadcast_in_dim %4, %6, dims = [0, 1] : (tensor<1x8xf32>, tensor<2xi32>) -> tensor<?x8xf32>
    %8 = stablehlo.subtract %arg1, %7 : tensor<?x8xf32>
    %9 = stablehlo.multiply %8, %8 : tensor<?x8xf32>
    %10 = stablehlo.reshape %arg0 : (tensor<i32>) -> tensor<1xi32>
    %11 = stablehlo.concatenate %10, %c, dim = 0 : (tensor<1xi32>, tensor<1xi32>) -> tensor<2xi32>
    %12 = stablehlo.dynamic_broadcast_in_dim %cst_0, %11, dims = [] : (tensor<f32>, tensor<2xi32>) -> tensor<?x8xf32>
    %13 = stablehlo.multiply %12, %8 : tensor<?x8xf32>
    %14 = stablehlo.convert %arg0 : (tensor<i32>) -> tensor<f32>
    %15 = stablehlo.convert %arg2 : (tensor<i32>) -> tensor<f32>
    %16 = stablehlo.subtract %14, %15 : tensor<f32>
    %17 = stablehlo.reduce(%9 init: %cst_1) applies stablehlo.add across dimensions = [0] : (tensor<?x8xf32>, tensor<f32>) -> tensor<8xf32>
    %18 = stablehlo.broadcast_in_dim %16, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %19 = stablehlo.divide %17, %18 : tensor<8xf32>
    %20 = stablehlo.compare GT, %16, %cst_1, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
    %21:2 = call @_where(%arg0, %20, %19, %cst) : (tensor<i32>, tensor<i1>, tensor<8xf32>, tensor<f32>) -> (tensor<8xf32>, tensor<8xf32>)
    return %21#0, %0, %13, %16, %20, %21#1 : tensor<8xf32>, tensor<f32>, tensor<?x8xf32>, tensor<f32>, tensor<i1>, tensor<8xf32>
  }
  func.func private @_where(%arg0: tensor<i32> {jax.global_constant = "b"}, %arg1: tensor<i1>, %arg2: tensor<8xf32>, %arg3: tensor<f32>) -> (tensor<8xf32>, tensor<8xf32>) {
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %0 = stablehlo.convert %arg3 : tensor<f32>
    %1 = stablehlo.broadcast_in_dim %0, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %2 = stablehlo.select %arg1, %arg2, %1 : tensor<i1>, tensor<8xf32>
    %3 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<8xf32>
    return %2, %3 : tensor<8xf32>, tensor<8xf32>
  }
  func.func private @_var_0(%arg0: tensor<i32> {jax.global_constant = "b"}, %arg1: tensor<f32>, %arg2: tensor<?x8xf32>, %arg3: tensor<f32>, %arg4: tensor<i1>, %arg5: tensor<8xf32>, %arg6: tensor<8xf32>) -> tensor<?x8xf32> {
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %c = stablehlo.constant dense<8> : tensor<1xi32>
    %0 = call @_where_1(%arg0, %arg4, %arg5, %arg6) : (tensor<i32>, tensor<i1>, tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
    %1 = stablehlo.broadcast_in_dim %arg3, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %2 = stablehlo.divide %0, %1 : tensor<8xf32>
    %3 = stablehlo.reshape %arg0 : (tensor<i32>) -> tensor<1xi32>
    %4 = stablehlo.concatenate %3, %c, dim = 0 : (tensor<1xi32>, tensor<1xi32>) -> tensor<2xi32>
    %5 = stablehlo.dynamic_broadcast_in_dim %2, %4, dims = [1] : (tensor<8xf32>, tensor<2xi32>) -> tensor<?x8xf32>
    %6 = stablehlo.multiply %5, %arg2 : tensor<?x8xf32>
    %7 = stablehlo.negate %6 : tensor<?x8xf32>
    %8 = stablehlo.reduce(%7 init: %cst) applies stablehlo.add across dimensions = [0] : (tensor<?x8xf32>, tensor<f32>) -> tensor<8xf32>
    %9 = stablehlo.reshape %8 : (tensor<8xf32>) -> tensor<1x8xf32>
    %10 = stablehlo.broadcast_in_dim %arg1, dims = [] : (tensor<f32>) -> tensor<1x8xf32>
    %11 = stablehlo.divide %9, %10 : tensor<1x8xf32>
    %12 = stablehlo.reduce(%11 init: %cst) applies stablehlo.add across dimensions = [0] : (tensor<1x8xf32>, tensor<f32>) -> tensor<8xf32>
    %13 = stablehlo.reshape %arg0 : (tensor<i32>) -> tensor<1xi32>
    %14 = stablehlo.concatenate %13, %c, dim = 0 : (tensor<1xi32>, tensor<1xi32>) -> tensor<2xi32>
    %15 = stablehlo.dynamic_broadcast_in_dim %12, %14, dims = [1] : (tensor<8xf32>, tensor<2xi32>) -> tensor<?x8xf32>
    %16 = stablehlo.add %6, %15 : tensor<?x8xf32>
    return %16 : tensor<?x8xf32>
  }
  func.func private @_where_1(%arg0: tensor<i32> {jax.global_constant = "b"}, %arg1: tensor<i1>, %arg2: tensor<8xf32>, %arg3: tensor<8xf32>) -> tensor<8xf32> {
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %0 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %1 = stablehlo.select %arg1, %arg3, %0 : tensor<i1>, tensor<8xf32>
    return %1 : tensor<8xf32>
  }
}
