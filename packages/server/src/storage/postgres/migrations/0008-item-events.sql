-- Item events have the names of Connect's pages; what is still to be sent goes out under them.
-- The owner of the tables, who runs this, is kept from rows of retailers as everybody else.
ALTER TABLE callback_subscriptions NO FORCE ROW LEVEL SECURITY;
ALTER TABLE callback_deliveries NO FORCE ROW LEVEL SECURITY;
UPDATE callback_subscriptions
SET event_name = replace(event_name, 'fulfillment.item_', 'fulfillment.order_item_')
WHERE event_name IN ('fulfillment.item_replacement', 'fulfillment.item_refund');
UPDATE callback_deliveries
SET event_name = replace(event_name, 'fulfillment.item_', 'fulfillment.order_item_')
WHERE event_name IN ('fulfillment.item_replacement', 'fulfillment.item_refund');
ALTER TABLE callback_subscriptions FORCE ROW LEVEL SECURITY;
ALTER TABLE callback_deliveries FORCE ROW LEVEL SECURITY;
