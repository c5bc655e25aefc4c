//! A session with the server: a round trip a statement, and none more for what begins or ends a transaction, which goes along with
//! its first or its last statement.
//!
//! tokio's client is driven here by whoever waits for an answer; in between nothing of the session moves.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio_postgres::tls::MakeTlsConnect;
use tokio_postgres::{Client, Config, Error, Row, Socket, Statement};

use super::fault::DatabaseFault;
use super::value::{Value, typed, untyped};

/// A session. It ends when it is dropped.
pub(super) struct Session {
    // Dropped before what drives it, which then says goodbye.
    client: Client,
    driver: Driver,
    /// What goes ahead of the next statement.
    ahead: String,
}

/// What moves a session's bytes while somebody waits.
struct Driver {
    runtime: Runtime,
    connection: Pin<Box<dyn Future<Output = Result<(), Error>> + Send>>,
}

impl Session {
    pub(super) fn begin<T>(config: &Config, tls: T) -> Result<Session, DatabaseFault>
    where
        T: MakeTlsConnect<Socket>,
        T::Stream: Send + 'static,
    {
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| DatabaseFault::Failed(error.to_string()))?;
        let (client, connection) =
            runtime.block_on(config.connect(tls)).map_err(|error| DatabaseFault::of(&error))?;
        Ok(Session {
            client,
            driver: Driver { runtime, connection: Box::pin(connection) },
            ahead: String::new(),
        })
    }

    /// The rows that a statement gives.
    pub(super) fn rows(&mut self, sql: &str, values: &[&dyn Value]) -> Result<Vec<Row>, Error> {
        self.ask(async |client| client.query_typed(sql, &typed(values)).await)
    }

    /// The one row that it gives.
    pub(super) fn row(&mut self, sql: &str, values: &[&dyn Value]) -> Result<Row, Error> {
        self.ask(async |client| client.query_typed_one(sql, &typed(values)).await)
    }

    /// Its one row, if it gives one.
    pub(super) fn row_if_any(&mut self, sql: &str, values: &[&dyn Value]) -> Result<Option<Row>, Error> {
        self.ask(async |client| client.query_typed_opt(sql, &typed(values)).await)
    }

    /// How many rows it has changed.
    pub(super) fn change(&mut self, sql: &str, values: &[&dyn Value]) -> Result<u64, Error> {
        self.ask(async |client| client.execute_typed(sql, &typed(values)).await)
    }

    /// Statements without values, in one request.
    pub(super) fn batch(&mut self, sql: &str) -> Result<(), Error> {
        self.ask(async |client| client.batch_execute(sql).await)
    }

    /// A statement to be used often.
    pub(super) fn prepare(&mut self, sql: &str) -> Result<Statement, Error> {
        self.ask(async |client| client.prepare(sql).await)
    }

    /// The one row that a prepared statement gives.
    pub(super) fn prepared(&mut self, statement: &Statement, values: &[&dyn Value]) -> Result<Row, Error> {
        self.ask(async |client| client.query_one(statement, &untyped(values)).await)
    }

    /// The answer to a request, with what goes ahead of it.
    fn ask<T>(&mut self, request: impl AsyncFnOnce(&Client) -> Result<T, Error>) -> Result<T, Error> {
        let Session { client, driver, ahead } = self;
        driver.wait(after(client, std::mem::take(ahead), request(client)))
    }

    /// The same as a transaction's last: it is committed along with it, or rolled back where the statement fails.
    pub(super) fn prepared_as_the_last(
        &mut self,
        statement: &Statement,
        values: &[&dyn Value],
    ) -> Result<Row, Error> {
        let Session { client, driver, ahead } = self;
        let values = untyped(values);
        let last = after(client, std::mem::take(ahead), client.query_one(statement, &values));
        driver.wait(async {
            let (row, ended) = in_turn(last, client.batch_execute("COMMIT")).await;
            let row = row?;
            ended.map(|()| row)
        })
    }

    /// A transaction, which is undone where it fails.
    pub(super) fn transaction<T, E: From<Error>>(
        &mut self,
        change: impl FnOnce(&mut Session) -> Result<T, E>,
    ) -> Result<T, E> {
        self.transaction_begun_by("BEGIN", change)
    }

    /// The same with what else must come before its first statement.
    pub(super) fn transaction_begun_by<T, E: From<Error>>(
        &mut self,
        begin: &str,
        change: impl FnOnce(&mut Session) -> Result<T, E>,
    ) -> Result<T, E> {
        self.ahead_of_the_next(begin);
        match change(self) {
            Ok(changed) => self.commit().map_or_else(|error| Err(error.into()), |()| Ok(changed)),
            Err(error) => {
                self.roll_back();
                Err(error)
            }
        }
    }

    /// Statements that go along with the next one, ahead of it: such as a transaction's beginning.
    pub(super) fn ahead_of_the_next(&mut self, batch: &str) {
        if !self.ahead.is_empty() {
            self.ahead.push(';');
        }
        self.ahead.push_str(batch);
    }

    pub(super) fn commit(&mut self) -> Result<(), Error> {
        // Nothing was asked in it.
        if std::mem::take(&mut self.ahead).is_empty() { self.batch("COMMIT") } else { Ok(()) }
    }

    /// Where that fails, so has the session, and the server does it.
    pub(super) fn roll_back(&mut self) {
        if std::mem::take(&mut self.ahead).is_empty() {
            let _ = self.batch("ROLLBACK");
        }
    }

    /// Whether the server answers in that time.
    pub(super) fn answers(&mut self, within: Duration) -> bool {
        let Session { client, driver, .. } = self;
        let answered = async { Ok(tokio::time::timeout(within, client.check_connection()).await) };
        matches!(driver.wait(answered), Ok(Ok(Ok(()))))
    }

    /// Whether it is known to be over.
    pub(super) fn is_over(&self) -> bool {
        self.client.is_closed()
    }
}

impl Driver {
    fn wait<T>(&mut self, answer: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        let Driver { runtime, connection } = self;
        let mut answer = pin!(answer);
        runtime.block_on(poll_fn(|cx| {
            // The request is handed over first, so that the connection sends it in the same turn.
            if let Poll::Ready(answer) = answer.as_mut().poll(cx) {
                return Poll::Ready(answer);
            }
            let over = connection.as_mut().poll(cx);
            if over.is_ready() {
                // With it go the questions that it has no answer for.
                *connection = Box::pin(poll_fn(|_| Poll::Ready(Ok(()))));
            }
            match (answer.as_mut().poll(cx), over) {
                (Poll::Pending, Poll::Ready(Err(error))) => Poll::Ready(Err(error)),
                (answer, _) => answer,
            }
        }))
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        const GOODBYE: Duration = Duration::from_millis(500);
        let Driver { runtime, connection } = self;
        let _ = runtime.block_on(async { tokio::time::timeout(GOODBYE, connection).await });
    }
}

/// A statement with what goes ahead of it, whose failure is the first.
async fn after<T>(
    client: &Client,
    ahead: String,
    statement: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    if ahead.is_empty() {
        return statement.await;
    }
    let (before, answer) = in_turn(client.batch_execute(&ahead), statement).await;
    before.and(answer)
}

/// Two requests, of which the second does not wait for the first one's answer.
async fn in_turn<A, B>(first: impl Future<Output = A>, second: impl Future<Output = B>) -> (A, B) {
    let (mut first, mut second) = (pin!(first), pin!(second));
    let (mut one, mut two) = (None, None);
    poll_fn(|cx| {
        if one.is_none()
            && let Poll::Ready(answer) = first.as_mut().poll(cx)
        {
            one = Some(answer);
        }
        if two.is_none()
            && let Poll::Ready(answer) = second.as_mut().poll(cx)
        {
            two = Some(answer);
        }
        match (one.take(), two.take()) {
            (Some(one), Some(two)) => Poll::Ready((one, two)),
            (left, right) => {
                (one, two) = (left, right);
                Poll::Pending
            }
        }
    })
    .await
}
