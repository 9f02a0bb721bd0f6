"""Traces of JavaScript's tools."""

from tests.traces import Sample

JAVASCRIPT: dict[str, Sample] = {
    "WebAssembly in Chrome": (
        """
        RuntimeError: memory access out of bounds
            at scales.wasm.weigh (https://lab.example/scales.wasm:wasm-function[42]:0x1a3b)
            at run (https://lab.example/main.js:7:3)
        """,
        "RuntimeError",
        "memory access out of bounds",
        [("", 0), ("main.js", 7)],
    ),
    "React in Firefox, by names of files": (
        """
        TypeError: shelf is undefined
            Scales Scales.tsx:21
            react_stack_bottom_frame react-dom_client.js:17424
            renderWithHooksAgain react-dom_client.js:4281
        """,
        "TypeError",
        "shelf is undefined",
        [("Scales.tsx", 21), ("react-dom_client.js", 17424)],
    ),
    "Safari's console": (
        """
        [Error] TypeError: undefined is not an object (evaluating 'shelf.grams')
        \tweigh (scales.js:21:24)
        \t(anonymous function) (main.js:7)
        """,
        "TypeError",
        "undefined is not an object",
        [("scales.js", 21), ("main.js", 7)],
    ),
    "Chrome's console, copied": (
        """
        Uncaught TypeError: shelf is undefined
        weigh @ scales.js:21
        (anonymous) @ main.js:7
        """,
        "TypeError",
        "shelf is undefined",
        [("scales.js", 21), ("main.js", 7)],
    ),
    "Chrome's console, the calls twice": (
        """
        Uncaught (in promise) Error: no shelf
            at weigh (scales.js:21:9)
        weigh @ scales.js:21
        await in weigh
        (anonymous) @ main.js:7
        """,
        "Error",
        "no shelf",
        [("scales.js", 21)],
    ),
    "Expo": (
        """
        TypeError: Cannot read property 'grams' of undefined

        This error is located at:
            in Scales (at App.js:12)

        at src/Scales.js:21:17 in Scales
        at node_modules/react-native/renderer.js:9473:27 in renderWithHooks
        """,
        "TypeError",
        "Cannot read property 'grams' of undefined",
        [("src/Scales.js", 21), ("renderer.js", 9473)],
    ),
    "a comparison below an error without a type": (
        """
        error: expect(received).toBe(expected)

        Expected: 3
        Received: 2

              at <anonymous> (/srv/lab/scales.test.ts:21:25)
        """,
        "Error",
        "expect(received).toBe(expected)",
        [("scales.test.ts", 21)],
    ),
    "a comparison with a time beside it": (
        """
        Error: expect(locator).toHaveText(expected) failed

        Expected: "3"
        Timeout:  5000ms

            at /srv/lab/tests/scales.spec.ts:21:43
        """,
        "Error",
        "expect(locator).toHaveText(expected) failed",
        [("tests/scales.spec.ts", 21)],
    ),
    "a bundler without a type": (
        """
        [plugin:vite:import-analysis] Failed to resolve import "./Shelf.vue" from "src/Scales.vue".
        /srv/lab/src/Scales.vue:21:17
        20 |  <script setup>
        21 |  import Shelf from './Shelf.vue'
           |                    ^
            at TransformPluginContext.error (file:///srv/lab/node_modules/vite/dist/node/chunk.js:49253:16)
        """,
        "",
        "Failed to resolve import",
        [("chunk.js", 49253)],
    ),
    "Vitest": (
        """
         FAIL  test/scales.test.ts > Scales > weighs
        TypeError: Cannot read properties of undefined (reading 'grams')
         ❯ weigh src/scales.ts:21:18
             19|   const shelf = find(name)
             21|   return shelf.grams
               |                ^
         ❯ test/scales.test.ts:7:10

        ⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯[1/1]⎯
        """,
        "TypeError",
        "reading 'grams'",
        [("src/scales.ts", 21), ("test/scales.test.ts", 7)],
    ),
    "Jest": (
        """
        FAIL test/scales.test.ts
          ● Scales › weighs

            TypeError: Cannot read properties of undefined (reading 'grams')

              19 |   const shelf = find(name)
              20 |
            > 21 |   return shelf.grams
                 |                ^
              22 | }

              at weigh (src/scales.ts:21:16)
              at Object.<anonymous> (test/scales.test.ts:7:10)

          ● Scales › tares

            RangeError: too light

              at tare (src/scales.ts:40:9)
        """,
        "TypeError",
        "Cannot read properties of undefined (reading 'grams')",
        [("src/scales.ts", 21), ("test/scales.test.ts", 7)],
    ),
    "Jest, a comparison": (
        """
          ● weighs

            expect(received).toBe(expected) // Object.is equality

            Expected: 4
            Received: 3

               6 | test("weighs", () => {
            >  7 |   expect(weigh("flour")).toBe(4)
                 |                          ^

              at Object.toBe (test/scales.test.js:7:26)
        """,
        "",
        "expect(received).toBe(expected) // Object.is equality\n\nExpected: 4\nReceived: 3",
        [("test/scales.test.js", 7)],
    ),
    "Mocha": (
        """
          1) Scales
               weighs:

              AssertionError: expected 3 to equal 4
              + expected - actual

              -3
              +4

              at Context.<anonymous> (test/scales.test.js:7:24)
              at process.processImmediate (node:internal/timers:476:21)
        """,
        "AssertionError",
        "expected 3 to equal 4",
        [("test/scales.test.js", 7)],
    ),
    "karma, mapped": (
        """
        Chrome Headless 120.0.0.0 (Linux x86_64) Scales weighs FAILED
                TypeError: shelf is undefined
                    at weigh (src/scales.js:21:18 <- dist/bundle.js:904:11)
                    at UserContext.<anonymous> (test/scales.spec.js:7:5 <- dist/bundle.js:1200:3)
        """,
        "TypeError",
        "shelf is undefined",
        [("src/scales.js", 21), ("test/scales.spec.js", 7)],
    ),
    "Jasmine, a comparison": (
        """
        Chrome 120.0.0.0 (Linux x86_64) Scales weighs FAILED
                Expected 3 to be 4.
                    at <Jasmine>
                    at UserContext.apply (src/app/scales.spec.ts:7:18)
                    at _ZoneDelegate.invoke (node_modules/zone.js/fesm2015/zone.js:368:28)
        """,
        "",
        "Expected 3 to be 4.",
        [("", 0), ("src/app/scales.spec.ts", 7), ("zone.js", 368)],
    ),
    "Next": (
        """
         ⨯ app/page.tsx (21:15) @ weigh
         ⨯ TypeError: Cannot read properties of undefined (reading 'grams')
            at weigh (./app/page.tsx:21:15)
            at Page (./app/page.tsx:30:5)
        digest: "90210"
          20 |
        > 21 |   return shelf.grams
        """,
        "TypeError",
        "reading 'grams'",
        [("app/page.tsx", 21), ("app/page.tsx", 30)],
    ),
    "Playwright": (
        """
          1) [chromium] › scales.spec.ts:5:1 › weighs ─────────────

            Error: Timed out 5000ms waiting for expect(locator).toBeVisible()

            Locator: getByText('grams')

              6 | test('weighs', async ({ page }) => {
            > 7 |   await expect(page.getByText('grams')).toBeVisible();
                |                                         ^

                at /srv/lab/tests/scales.spec.ts:7:41
        """,
        "Error",
        "Locator: getByText('grams')",
        [("tests/scales.spec.ts", 7)],
    ),
    "karma with webpack": (
        """
        TypeError: shelf is undefined
            at weigh (http://localhost:9876/_karma_webpack_/webpack:/src/app/scales.ts:21:18)
            at UserContext.apply (http://localhost:9876/_karma_webpack_/webpack:/src/app/scales.spec.ts:7:5)
        """,
        "TypeError",
        "shelf is undefined",
        [("src/app/scales.ts", 21), ("src/app/scales.spec.ts", 7)],
    ),
    "webpack, with a project's name and a hash": (
        """
        TypeError: shelf is undefined
            at weigh (webpack://lab/./src/scales.ts?1f2e:21:18)
            at eval (webpack-internal:///./src/main.ts:40:3)
            at page (webpack-internal:///(rsc)/./app/page.tsx:5:1)
        """,
        "TypeError",
        "shelf is undefined",
        [("src/scales.ts", 21), ("src/main.ts", 40), ("app/page.tsx", 5)],
    ),
    "bare async calls": (
        """
        Error: no scales
            at weigh (https://lab.example/scales.mjs:21:9)
            at async https://lab.example/main.mjs:40:3
            at async file:///srv/lab/boot.mjs:2:1
            at async Promise.all (index 1)
        """,
        "Error",
        "no scales",
        [("scales.mjs", 21), ("https://lab.example/main.mjs", 40), ("file:///srv/lab/boot.mjs", 2)],
    ),
    "Hermes": (
        """
        TypeError: undefined is not a function
            at weigh (address at index.android.bundle:1:90210)
            at anonymous (http://10.0.2.2:8081/index.bundle?platform=android&dev=true:2100:14)
            at apply (native)
        """,
        "TypeError",
        "undefined is not a function",
        [("index.android.bundle", 1)],
    ),
    "React Native, as JavaScriptCore writes it": (
        """
        TypeError: undefined is not an object (evaluating 'shelf.grams')
        weigh@main.jsbundle:21:18
        value@main.jsbundle:90:3
        forEach@[native code]
        """,
        "TypeError",
        "evaluating 'shelf.grams'",
        [("main.jsbundle", 21), ("main.jsbundle", 90)],
    ),
    "an aggregate": (
        """
        AggregateError: no scales answered
            at ask (/srv/lab/ask.js:5:9) {
          [errors]: [
            Error: first is off
                at poll (/srv/lab/poll.js:9:11),
            TypeError: second is gone
                at poll (/srv/lab/poll.js:12:11)
          ]
        }
        """,
        "AggregateError",
        "no scales answered: Error: first is off; TypeError: second is gone",
        [("poll.js", 9), ("ask.js", 5)],
    ),
    "an aggregate without calls": (
        """
        node:internal/process/promises:288
                    triggerUncaughtException(err, true);
                    ^

        [AggregateError: All promises were rejected] {
          [errors]: [
            Error: first is off
                at poll (/srv/lab/poll.js:9:11),
            Error: second is off
                at poll (/srv/lab/poll.js:12:11)
          ]
        }
        """,
        "AggregateError",
        "All promises were rejected: Error: first is off; Error: second is off",
        [("poll.js", 9)],
    ),
    "a cause and a code": (
        """
        Error: can't weigh
            at weigh (/srv/lab/scales.js:21:9)
            at main (/srv/lab/main.js:4:1) {
          code: 'E_SCALES',
          [cause]: Error: ENOENT: no such file or directory, open 'scales.json'
              at open (node:internal/fs:1:1) {
            errno: -2
          }
        }
        """,
        "Error",
        "can't weigh",
        [("scales.js", 21), ("main.js", 4)],
    ),
    "Deno": (
        """
        error: Uncaught (in promise) TypeError: shelf is undefined
            return shelf.grams
                         ^
            at weigh (file:///srv/lab/scales.ts:21:18)
            at file:///srv/lab/main.ts:4:1
        """,
        "TypeError",
        "shelf is undefined",
        [("scales.ts", 21), ("main.ts", 4)],
    ),
    "Bun": (
        """
        19 | function weigh(shelf) {
        20 |   // grams
        21 |   return shelf.grams;
                          ^
        TypeError: undefined is not an object (evaluating 'shelf.grams')
              at weigh (/srv/lab/scales.ts:21:10)
              at /srv/lab/main.ts:4:1

        Bun v1.1.0 (Linux x64)
        """,
        "TypeError",
        "evaluating 'shelf.grams'",
        [("scales.ts", 21), ("main.ts", 4)],
    ),
    "a file that doesn't parse": (
        """
        /srv/lab/scales.js:21
          return shelf..grams;
                       ^

        SyntaxError: Unexpected token '.'
            at wrapSafe (node:internal/modules/cjs/loader:1378:20)
            at Module._compile (node:internal/modules/cjs/loader:1428:41)
        """,
        "SyntaxError",
        "Unexpected token '.'",
        [("/srv/lab/scales.js", 21)],
    ),
    "a rejection that nobody caught": (
        """
        (node:4711) UnhandledPromiseRejectionWarning: TypeError: shelf is undefined
            at weigh (/srv/lab/scales.js:21:18)
        (Use `node --trace-warnings ...` to show where the warning was created)
        """,
        "TypeError",
        "shelf is undefined",
        [("scales.js", 21)],
    ),
    "node's own test runner": (
        """
        not ok 1 - weighs
          ---
          duration_ms: 1.2
          failureType: 'testCodeFailure'
          error: 'Expected values to be strictly equal: 3 !== 4'
          code: 'ERR_ASSERTION'
          name: 'AssertionError'
          stack: |-
            TestContext.<anonymous> (file:///srv/lab/scales.test.js:7:10)
            Test.run (node:internal/test_runner/test:632:9)
          ...
        """,
        "AssertionError",
        "3 !== 4",
        [("scales.test.js", 7)],
    ),
    "code that was evaluated": (
        """
        ReferenceError: grams is not defined
            at eval (eval at weigh (/srv/lab/scales.js:21:3), <anonymous>:1:1)
            at weigh (/srv/my lab (old)/scales.js:22:3)
        """,
        "ReferenceError",
        "grams is not defined",
        [("/srv/lab/scales.js", 21), ("/srv/my lab (old)/scales.js", 22)],
    ),
    "mapped below the call": (
        """
        Error: no scales
            at weigh (/srv/lab/dist/scales.js:1:900)
                -> /srv/lab/src/scales.ts:21:9
        """,
        "Error",
        "no scales",
        [("src/scales.ts", 21)],
    ),
    "Electron": (
        """
        Uncaught Exception:
        TypeError: shelf is undefined
            at weigh (/opt/Lab/resources/app.asar/src/scales.js:21:18)
            at WebContents.emit (node:events:513:28)
        """,
        "TypeError",
        "shelf is undefined",
        [("app.asar/src/scales.js", 21)],
    ),
    "Firefox, a scoped package": (
        """
        TypeError: shelf is undefined
            weigh@webpack-internal:///./src/scales.ts:21:18
            run@http://localhost:3000/node_modules/@lab/core/run.js?v=1:9:3
        """,
        "TypeError",
        "shelf is undefined",
        [("src/scales.ts", 21)],
    ),
    "Firefox's console": (
        """
        Uncaught TypeError: shelf is undefined
            weigh http://localhost:8080/src/scales.js:31
            <anonymous> http://localhost:8080/src/main.js:4:2
        """,
        "TypeError",
        "shelf is undefined",
        [("src/scales.js", 31), ("src/main.js", 4)],
    ),
}
