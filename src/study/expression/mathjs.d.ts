declare module 'mathjs/lib/browser/math.js' {
  import * as math from 'mathjs';

  export default math;
}
